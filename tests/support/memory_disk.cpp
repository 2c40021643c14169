#include "support/memory_disk.hpp"

#include "base/assert.hpp"
#include "support/disk_image.hpp"

namespace smarttrade::test {

namespace {

std::string_view folder_of(std::string_view path) { return path.substr(0, path.rfind('/') + 1); }

} // namespace

disk_image::disk_image(memory_disk& owner, std::uint64_t seed) : random{seed}, owner_{owner} {
    fill(vfs_, *this);
    SMARTTRADE_ASSERT(sqlite3_vfs_find(vfs_.zName) == nullptr); // one at a time
    SMARTTRADE_ASSERT(sqlite3_vfs_register(&vfs_, 1) == SQLITE_OK);
    sqlite3_randomness(0, nullptr); // the next number is seeded from this disk
}

disk_image::~disk_image() {
    SMARTTRADE_ASSERT(handles_ == 0);
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_randomness(0, nullptr); // and from here on no longer
}

void disk_image::kill() {
    ++life_;
    for (const auto* list : {&names, &synced_names_})
        for (const auto& [path, one] : *list) {
            one->opened.clear();
            one->memory.reset(); // the dead keep theirs until they close
        }
}

void disk_image::lose_power(base::prng& draw) {
    kill();
    const auto find = [](const name_list& in, const std::string& path) {
        const auto found = in.find(path);
        return found == in.end() ? nullptr : found->second;
    };
    auto paths = names;
    paths.insert(synced_names_.begin(), synced_names_.end());
    name_list left;
    for (const auto& [path, any] : paths) {
        std::vector survivors{find(names, path), find(synced_names_, path)};
        if (survivors[0] == survivors[1]) survivors.pop_back();
        // Where a new file took the name of one whose removal was not synced, the name may also be free.
        const bool replaced = survivors.size() == 2 && survivors[0] && survivors[1];
        if (replaced) survivors.push_back(nullptr);
        const auto survivor = survivors[draw.below(survivors.size())];
        if (!survivor) continue;
        survivor->bytes.lose_power(draw);
        left.emplace(path, survivor);
    }
    names = synced_names_ = left;
}

int disk_image::attempt(memory_disk::operation what, const std::string& path) {
    const auto life = life_;
    const auto before = owner_.before; // a copy: it may replace itself
    if (before && !path.empty()) before(what, path);
    if (life != life_) return SQLITE_IOERR;
    using enum memory_disk::operation;
    if (trouble == memory_disk::trouble::full && what == write) return SQLITE_FULL;
    if (trouble != memory_disk::trouble::io_error) return SQLITE_OK;
    switch (what) {
    case write: return SQLITE_IOERR_WRITE;
    case sync: return SQLITE_IOERR_FSYNC;
    case truncate: return SQLITE_IOERR_TRUNCATE;
    case remove: return SQLITE_IOERR_DELETE;
    }
    return SQLITE_IOERR;
}

int disk_image::open(const char* path, int flags, std::unique_ptr<open_file>& out) {
    // As on Unix, what is deleted on close has no name from the start.
    const std::string name = path && (flags & SQLITE_OPEN_DELETEONCLOSE) == 0 ? path : "";
    const auto found = names.find(name);
    const bool made = found == names.end();
    if (made && (flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
    if (!made && (flags & SQLITE_OPEN_EXCLUSIVE) != 0) return SQLITE_CANTOPEN;
    const auto of = made ? std::make_shared<disk_file>(disk_file{.path = name}) : found->second;
    if (made && !name.empty()) names.emplace(name, of);

    constexpr int journal = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
    const bool new_journal = made && (flags & journal) != 0;
    out = std::make_unique<open_file>(open_file{.of = of, .life = life_, .syncs_folder = new_journal});
    of->opened.push_back(out.get());
    ++handles_;
    return SQLITE_OK;
}

void disk_image::close(std::unique_ptr<open_file> which) {
    std::erase(which->of->opened, which.get());
    --handles_;
}

void disk_image::sync(open_file& which) {
    which.of->bytes.sync();
    const auto& path = which.of->path;
    const auto found = names.find(path);
    if (found != names.end() && found->second == which.of) synced_names_[path] = which.of;
    if (which.syncs_folder) sync_folder(folder_of(path));
    which.syncs_folder = false;
}

void disk_image::sync_folder(std::string_view folder) {
    std::erase_if(synced_names_, [&](const auto& one) { return folder_of(one.first) == folder; });
    for (const auto& [path, of] : names)
        if (folder_of(path) == folder) synced_names_.emplace(path, of);
}

int disk_image::remove(const std::string& path, bool with_folder) {
    if (!names.contains(path)) return SQLITE_IOERR_DELETE_NOENT;
    if (const int code = attempt(memory_disk::operation::remove, path); code != SQLITE_OK) return code;
    names.erase(path);
    if (with_folder) sync_folder(folder_of(path));
    return SQLITE_OK;
}

std::size_t disk_image::bytes() const {
    std::size_t sum = 0;
    for (const auto& [path, of] : names) sum += of->bytes.seen().size();
    return sum;
}

bool disk_image::has_room(const open_file& of, std::size_t end) const {
    const auto size = of.of->bytes.seen().size();
    return end <= size || bytes() + (end - size) <= capacity;
}

memory_disk::memory_disk(std::uint64_t seed) : image_{std::make_unique<disk_image>(*this, seed)} {}
memory_disk::~memory_disk() = default;

void memory_disk::kill() { image_->kill(); }
void memory_disk::lose_power(base::prng& draw) { image_->lose_power(draw); }
void memory_disk::set_trouble(trouble what) { image_->trouble = what; }
void memory_disk::set_capacity(std::size_t bytes) { image_->capacity = bytes; }
bool memory_disk::exists(const std::string& path) const { return image_->names.contains(path); }

std::vector<std::string> memory_disk::files() const {
    std::vector<std::string> paths;
    for (const auto& [path, of] : image_->names) paths.push_back(path);
    return paths;
}

std::string memory_disk::contents(const std::string& path) const {
    const auto found = image_->names.find(path);
    if (found == image_->names.end()) return {};
    const auto& seen = found->second->bytes.seen();
    return {seen.begin(), seen.end()};
}

bool memory_disk::is_synced(const std::string& path, std::string_view bytes) const {
    const auto found = image_->names.find(path);
    if (found == image_->names.end()) return false;
    const auto& synced = found->second->bytes.synced();
    return std::search(synced.begin(), synced.end(), bytes.begin(), bytes.end()) != synced.end();
}

std::size_t memory_disk::bytes() const { return image_->bytes(); }

std::size_t memory_disk::unsynced_bytes() const {
    std::size_t sum = 0;
    for (const auto& [path, of] : image_->names) sum += of->bytes.unsynced_bytes();
    return sum;
}

} // namespace smarttrade::test
