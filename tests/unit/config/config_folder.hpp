#pragma once

#include "vmm/config/load_config.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace vitrine {

/// A folder with the files that configs of the tests name, for as long as a test runs: `boot.bin`, the folder `rootfs`,
/// and the artifacts `kernel.elf` and `user/hello`.
class ConfigFolder : public testing::Test {
protected:
    ConfigFolder()
    {
        std::string pattern = testing::TempDir() + "vitrine_config_XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
        std::filesystem::create_directories(folder_ / "artifacts" / "user");
        std::filesystem::create_directories(folder_ / "rootfs");
        for (const char* file : {"boot.bin", "artifacts/kernel.elf", "artifacts/user/hello"})
            std::ofstream{folder_ / file} << "content";
    }
    ~ConfigFolder() override { std::filesystem::remove_all(folder_); }

    ConfigOptions options(std::vector<std::string> overrides = {}) const
    {
        return {.artifacts = folder_ / "artifacts", .working = folder_ / "rootfs", .overrides = std::move(overrides)};
    }

    MachineConfig parse(std::string text, std::vector<std::string> overrides = {}) const
    {
        return parse_config({.name = "test.json", .text = std::move(text)}, folder_, options(std::move(overrides)));
    }

    const std::filesystem::path& folder() const { return folder_; }

private:
    std::filesystem::path folder_;
};

} // namespace vitrine
