#include "kernel/proc/load.hpp"

#include "kernel/mm/heap.hpp"

#include <array>
#include <utility>

namespace kernel::proc {
namespace {

class FindIn final : public FindFile {
public:
    explicit FindIn(const fs::View& view) : view_{view} {}
    Result<Ref<fs::Inode>> operator()(std::string_view path) const override
    {
        return TRY(fs::open_executable(view_, path))
        ->inode_reference();
    }

private:
    const fs::View& view_;
};

/// The script's arguments as its interpreter gets them: in place of the first, what the first line says, and the path.
Result<void> add_for_script(const ScriptLine& line, std::string_view path, const ArgumentStrings& from,
                            ArgumentStrings& to)
{
    TRY(to.add_argument(line.interpreter));
    if (!line.argument.empty())
        TRY(to.add_argument(line.argument));
    TRY(to.add_argument(path));
    const u32 arguments = from.argument_count();
    for (u32 index = 1; index < arguments; ++index)
        TRY(to.add_argument(from.text(index)));
    for (u32 index = 0; index < from.environment_count(); ++index)
        TRY(to.add_environment(from.text(arguments + index)));
    return {};
}

/// One script of a chain: its line, which the strings point into, and what is made of the arguments.
struct Script {
    Script() {} // leaves the characters as they are
    std::array<char, max_script_line> room;
    std::optional<ScriptLine> line;
    ArgumentStrings strings;
};

} // namespace

Result<Program> load_by_name(const fs::View& view, std::string_view path, const ArgumentStrings& strings)
{
    constexpr unsigned most_scripts = 5; // whose interpreters are scripts
    const FindIn find{view};
    std::array<Box<Script>, most_scripts> scripts;
    const ArgumentStrings* current = &strings;
    std::string_view name = path;
    for (auto& script : scripts) {
        const auto file = TRY(find(name));
        script = TRY(make_box<Script>());
        script->line = TRY(read_script_line(*file, script->room));
        if (!script->line)
            return load_program(file, path, *current, find);
        TRY(add_for_script(*script->line, name, *current, script->strings));
        current = &script->strings;
        name = script->line->interpreter;
    }
    return Errno::eloop;
}

} // namespace kernel::proc
