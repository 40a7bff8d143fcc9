"""Lints C++ coroutines in a Bazel build: `coroguard facts` for each source as an action of its own, which the remote cache
and remote execution distribute; `coroguard link` once; `coroguard report` as a test. docs/bazel.md explains it.
"""

load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "ACTION_NAMES")
load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")

CoroguardInfo = provider(
    doc = "What coroguard knows of a target and of everything it depends on in this workspace.",
    fields = {
        "facts": "depset of facts files, one for each source",
        "files": "depset of the sources and headers, for the lines that a report shows",
    },
)

_SOURCES = ("cpp", "cc", "cxx", "c++", "C")

def _compiler_flags(target, ctx, toolchain):
    """What Bazel would compile these sources with, as far as it matters to the meaning of the code."""
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features + ["module_maps", "layering_check"],
    )
    context = target[CcInfo].compilation_context
    own = [ctx.expand_make_variables("copts", flag, {}) for flag in getattr(ctx.rule.attr, "copts", [])]
    variables = cc_common.create_compile_variables(
        feature_configuration = features,
        cc_toolchain = toolchain,
        user_compile_flags = ctx.fragments.cpp.copts + ctx.fragments.cpp.cxxopts + own,
        include_directories = context.includes,
        quote_include_directories = context.quote_includes,
        system_include_directories = context.system_includes,
        preprocessor_defines = depset(transitive = [context.defines, context.local_defines]),
    )
    return cc_common.get_memory_inefficient_command_line(
        feature_configuration = features,
        action_name = ACTION_NAMES.cpp_compile,
        variables = variables,
    )

def _facts_of(target, ctx, source, toolchain, flags):
    facts = ctx.actions.declare_file("{}.coroguard/{}.facts".format(target.label.name, source.short_path.replace("/", "_")))
    arguments = ctx.actions.args()
    arguments.add_all(["facts", source.path, "--root", ".", "--exclude", "external", "-o", facts.path])
    arguments.add_all(ctx.files._config, before_each = "--config")
    arguments.add("--")
    arguments.add_all(flags)
    ctx.actions.run(
        executable = ctx.executable._coroguard,
        arguments = [arguments],
        inputs = depset(
            [source] + ctx.files._config + ctx.files._models,
            transitive = [target[CcInfo].compilation_context.headers, toolchain.all_files],
        ),
        outputs = [facts],
        mnemonic = "CoroguardFacts",
        progress_message = "Reading facts of " + source.short_path,
    )
    return facts

def _facts_aspect_impl(target, ctx):
    attributes = [getattr(ctx.rule.attr, name, []) for name in ("deps", "implementation_deps")]
    known = [dep[CoroguardInfo] for deps in attributes for dep in deps if CoroguardInfo in dep]
    own_facts = []
    own_files = []
    if CcInfo in target and not target.label.workspace_root and "no-coroguard" not in ctx.rule.attr.tags:
        toolchain = find_cpp_toolchain(ctx)
        flags = _compiler_flags(target, ctx, toolchain)
        own_files = [
            file
            for name in ("srcs", "hdrs", "textual_hdrs")
            for file in getattr(ctx.rule.files, name, [])
        ]
        own_facts = [
            _facts_of(target, ctx, file, toolchain, flags)
            for file in getattr(ctx.rule.files, "srcs", [])
            if file.extension in _SOURCES
        ]
    info = CoroguardInfo(
        facts = depset(own_facts, transitive = [other.facts for other in known]),
        files = depset(own_files, transitive = [other.files for other in known]),
    )
    return [info, OutputGroupInfo(coroguard_facts = info.facts)]

coroguard_facts = aspect(
    implementation = _facts_aspect_impl,
    doc = "Facts of a target's sources: bazel build //... --aspects @coroguard//:coroguard.bzl%coroguard_facts " +
          "--output_groups=coroguard_facts",
    attr_aspects = ["deps", "implementation_deps"],
    attrs = {
        "_coroguard": attr.label(
            default = "@coroguard_tool//:coroguard",
            executable = True,
            allow_single_file = True,
            cfg = "exec",
        ),
        "_config": attr.label(default = "@coroguard_tool//:config"),
        "_models": attr.label(default = "@coroguard_tool//:models"),
        "_cc_toolchain": attr.label(default = "@bazel_tools//tools/cpp:current_cc_toolchain"),
    },
    fragments = ["cpp"],
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
    incompatible_use_toolchain_transition = True,
)

def _coroguard_test_impl(ctx):
    facts = depset(transitive = [dep[CoroguardInfo].facts for dep in ctx.attr.deps])
    files = depset(transitive = [dep[CoroguardInfo].files for dep in ctx.attr.deps])
    linked = ctx.actions.declare_file(ctx.label.name + ".facts")
    arguments = ctx.actions.args()
    arguments.add_all(["link", "-o", linked])
    arguments.add_all(facts)
    ctx.actions.run(
        executable = ctx.executable._coroguard,
        arguments = [arguments],
        inputs = facts,
        outputs = [linked],
        mnemonic = "CoroguardLink",
        progress_message = "Linking facts for " + str(ctx.label),
    )
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    config = ["--config '%s'" % file.short_path for file in ctx.files._config]
    ctx.actions.write(script, is_executable = True, content = "\n".join([
        "#!/bin/sh",
        "exec '%s' report '%s' --root . %s \"$@\"" %
        (ctx.executable._coroguard.short_path, linked.short_path, " ".join(config)),
        "",
    ]))
    runfiles = [linked, ctx.executable._coroguard] + ctx.files._config + ctx.files._models
    return [
        DefaultInfo(
            executable = script,
            files = depset([linked]),
            runfiles = ctx.runfiles(runfiles, transitive_files = files),
        ),
        OutputGroupInfo(coroguard_facts = facts),
    ]

coroguard_test = rule(
    implementation = _coroguard_test_impl,
    doc = "Fails when coroguard finds something in these targets or in what they depend on in this workspace. What is in " +
          "'args' goes to 'coroguard report'.",
    test = True,
    attrs = {
        "deps": attr.label_list(aspects = [coroguard_facts], mandatory = True),
        "_coroguard": attr.label(
            default = "@coroguard_tool//:coroguard",
            executable = True,
            allow_single_file = True,
            cfg = "exec",
        ),
        "_config": attr.label(default = "@coroguard_tool//:config"),
        "_models": attr.label(default = "@coroguard_tool//:models"),
    },
)

def _from_elsewhere(label):
    """As another repository has to write it."""
    text = str(label)
    return "@" + text if text.startswith("//") else text

def _coroguard_tool_impl(repository):
    path = repository.attr.path or repository.which("coroguard")
    if not path:
        fail("coroguard_tool: there is no program 'coroguard' in PATH; install it, or give its path = \"/...\"")
    if not repository.path(str(path)).exists:
        fail("coroguard_tool: there is no file '{}'; correct its path".format(path))
    repository.symlink(str(path), "coroguard")  # a file of the build, so that another version makes other facts
    groups = {
        "config": [_from_elsewhere(repository.attr.config)] if repository.attr.config else [],
        "models": [_from_elsewhere(label) for label in repository.attr.models],
    }
    repository.file("BUILD", "\n".join(
        ["package(default_visibility = [\"//visibility:public\"])", "exports_files([\"coroguard\"])"] +
        ["filegroup(name = \"{}\", srcs = {})".format(name, srcs) for name, srcs in groups.items()] + [""],
    ))

coroguard_tool = repository_rule(
    implementation = _coroguard_tool_impl,
    doc = "The installed program, and this workspace's configuration. To be named 'coroguard_tool'.",
    local = True,
    attrs = {
        "path": attr.string(doc = "The program; default: the one in PATH"),
        "config": attr.label(doc = "The .coroguard.yaml of this workspace, if it has one", allow_single_file = True),
        "models": attr.label_list(doc = "The model files that the configuration names", allow_files = True),
    },
)
