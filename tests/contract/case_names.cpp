#include "contract/case_names.hpp"

#include <array>

#include <doctest/doctest.h>

namespace smarttrade::contract {

namespace {

std::vector<std::string>& names() {
    static std::vector<std::string> all;
    return all;
}

/// doctest's way to hand out what it has registered.
struct name_reader final : doctest::IReporter {
    explicit name_reader(const doctest::ContextOptions&) {}
    void report_query(const doctest::QueryData& told) override {
        for (unsigned i = 0; i < told.num_data; ++i) names().emplace_back(told.data[i]->m_name);
    }
    void test_run_start() override {}
    void test_run_end(const doctest::TestRunStats&) override {}
    void test_case_start(const doctest::TestCaseData&) override {}
    void test_case_reenter(const doctest::TestCaseData&) override {}
    void test_case_end(const doctest::CurrentTestCaseStats&) override {}
    void test_case_exception(const doctest::TestCaseException&) override {}
    void subcase_start(const doctest::SubcaseSignature&) override {}
    void subcase_end() override {}
    void log_assert(const doctest::AssertData&) override {}
    void log_message(const doctest::MessageData&) override {}
    void test_case_skipped(const doctest::TestCaseData&) override {}
};

REGISTER_REPORTER("case_names", 0, name_reader);

} // namespace

const std::vector<std::string>& case_names() { return names(); }

void read_case_names() {
    const std::array words{"api_suite", "--dt-list-test-cases", "--dt-reporters=case_names"};
    doctest::Context{static_cast<int>(words.size()), words.data()}.run();
}

std::set<std::string> claims_of(const std::string& case_name) {
    std::set<std::string> rows;
    std::string row;
    for (const char c : case_name.substr(0, case_name.find(": ")) + ' ') {
        if (c != ' ' && c != ',') {
            row += c;
        } else if (!row.empty()) {
            rows.insert(row);
            row.clear();
        }
    }
    return rows;
}

} // namespace smarttrade::contract
