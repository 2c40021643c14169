#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

namespace smarttrade::wire {

/// Why bytes from the other side could not be read; one line for a person.
struct unreadable {
    std::string reason;
};
template <class T> using reading = boost::system::result<T, unreadable>;
/// value() on a failed reading throws std::runtime_error with its reason (found by argument-dependent lookup).
[[noreturn]] void throw_exception_from_error(const unreadable& failure, const boost::source_location& where);

class json_document;

/// One value of a document: texts are views into what was parsed. The API treats null members as absent (api.md V3),
/// and so a value that is not there is null. Valid as long as its document stays where it is.
class json_value {
public:
    enum class shape : std::uint8_t { null, scalar, list, map };

    json_value() = default; ///< null

    bool is_null() const { return kind() == shape::null; }
    bool is_scalar() const { return kind() == shape::scalar; }
    bool is_list() const { return kind() == shape::list; }
    bool is_map() const { return kind() == shape::map; }
    std::string_view text() const; ///< of a scalar, as it came (a number keeps its digits); else empty
    std::string_view key() const;  ///< of a member of a map; else empty

    /// The first member of that name; null for a missing one and for anything that is not a map.
    json_value operator[](std::string_view name) const;

    class iterator;
    iterator begin() const; ///< items of a list or members of a map, in document order
    iterator end() const;
    std::size_t count() const; ///< items or members. O(n)

private:
    friend class json_document;
    friend class json_document_builder;
    friend class json_members;

    struct extent;
    struct node;
    json_value(const json_document* in, const node* at) : in_{in}, at_{at} {}
    shape kind() const;

    const json_document* in_ = nullptr;
    const node* at_ = nullptr;
};

/// A place in the source, or behind its end: among the texts that had to be copied out of it.
struct json_value::extent {
    std::uint32_t at = 0;
    std::uint32_t size = 0;
};

struct json_value::node {
    extent text, key;
    std::uint32_t count = 1; ///< nodes: this one and all that it holds
    shape type = shape::null;

    const node* behind() const { return this + count; }
};

/// The members of one object, looked up in the order in which they are written: a search goes on behind the last hit
/// and comes round once, so that readers that ask in the documented order find each member at once.
class json_members {
public:
    explicit json_members(json_value of);
    json_value operator[](std::string_view name) { ///< as json_value::operator[]
        return next_ != end_ && is_named(*next_, name) ? hit(next_) : search(name);
    }

private:
    using node = json_value::node;
    bool is_named(const node& member, std::string_view name) const;
    json_value hit(const node* member);
    json_value search(std::string_view name);

    const json_document* in_ = nullptr;
    const node *first_ = nullptr, *end_ = nullptr, *next_ = nullptr;
};

/// JSON as one flat row of nodes over the bytes it was parsed from. Bounded: 4 MiB, depth 32, 200,000 values, 256
/// members an object. Numbers never become a double. The text must outlive the document.
class json_document {
public:
    static reading<json_document> parse(std::string_view text);
    json_value root() const { return {this, nodes_.data()}; }

private:
    using extent = json_value::extent;
    friend class json_value;
    friend class json_members;
    friend class json_document_builder;

    std::string_view view(extent of) const {
        const auto copied_at = static_cast<std::uint32_t>(source_.size());
        const auto* from = of.at < copied_at ? source_.data() + of.at : copied_.data() + (of.at - copied_at);
        return {from, of.size};
    }

    std::string_view source_;
    std::string copied_; ///< what was written with escapes
    std::vector<json_value::node> nodes_;
};

class json_value::iterator {
public:
    using value_type = json_value;
    using difference_type = std::ptrdiff_t;
    json_value operator*() const { return at_; }
    iterator& operator++();
    void operator++(int) { ++*this; }
    bool operator==(const iterator& other) const { return at_.at_ == other.at_.at_; }

private:
    friend class json_value;
    explicit iterator(json_value at) : at_{at} {}
    json_value at_;
};

inline json_value::shape json_value::kind() const { return at_ ? at_->type : shape::null; }

inline std::string_view json_value::text() const { return is_scalar() ? in_->view(at_->text) : std::string_view{}; }

inline std::string_view json_value::key() const { return at_ ? in_->view(at_->key) : std::string_view{}; }

inline json_value::iterator& json_value::iterator::operator++() {
    at_.at_ = at_.at_->behind();
    return *this;
}

inline json_value::iterator json_value::begin() const {
    return iterator{is_list() || is_map() ? json_value{in_, at_ + 1} : *this};
}

inline json_value::iterator json_value::end() const {
    return iterator{is_list() || is_map() ? json_value{in_, at_->behind()} : *this};
}

inline bool json_members::is_named(const node& member, std::string_view name) const {
    return member.key.size == name.size() && in_->view(member.key) == name;
}

inline json_value json_members::hit(const node* member) {
    next_ = member->behind();
    return member->type == json_value::shape::null ? json_value{} : json_value{in_, member};
}

} // namespace smarttrade::wire
