//! Makes a WASM file and its script smaller together. wasm-bindgen joins the two by long names
//! with hashes in them, which compress badly and nobody reads: about 5 kB of Brotli.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::bundle::run_quietly;
use crate::tools;

/// What `wasm-opt` renamed, as it prints it.
#[derive(Deserialize)]
struct Renamed {
    /// Module, name, new name.
    imports: Vec<(String, String, String)>,
    /// Name, new name.
    exports: Vec<(String, String)>,
}

/// The module that `wasm-opt` gives every import to.
const MODULE: &str = "a";

/// The optimised WASM of `file`, and the script beside it that fits it, as text.
pub(crate) fn optimised_with_script(file: &Path, script: &Path) -> Result<(Vec<u8>, String)> {
    let output = file.with_extension("optimised");
    // No feature flags: what rustc recorded in the file decides. With all features on, wasm-opt
    // writes import sections that browsers do not read yet.
    let mut wasm_opt = tools::npm_program("wasm-opt");
    wasm_opt.arg(file).args(["-Oz", "-Oz", "--strip-producers", "--strip-target-features"]);
    wasm_opt.arg("--minify-imports-and-exports-and-modules");
    wasm_opt.arg("-o").arg(&output);
    let printed = run_quietly(&mut wasm_opt)?;
    let bytes = fs::read(&output)?;
    fs::remove_file(output)?;
    let renamed = serde_json::from_slice(&printed).context("wasm-opt printed no table of names")?;
    let script =
        fs::read_to_string(script).with_context(|| format!("{} has no script", file.display()))?;
    Ok((bytes, with_short_names(&script, &renamed)?))
}

/// wasm-bindgen writes imports as keys, one a line, and exports as members of `wasm`.
fn with_short_names(script: &str, renamed: &Renamed) -> Result<String> {
    let mut lines: Vec<String> = script.lines().map(str::to_owned).collect();
    for (module, name, short) in &renamed.imports {
        let key = format!("{name}: ");
        let module_key = format!("\"{module}\": ");
        let mut found = 0;
        for line in &mut lines {
            let indent = line.len() - line.trim_start().len();
            let text = line.get(indent..).unwrap_or_default();
            if let Some(rest) = text.strip_prefix(&key) {
                *line = format!("{:indent$}\"{short}\": {rest}", "");
                found += 1;
            } else if let Some(rest) = text.strip_prefix(&module_key) {
                *line = format!("{:indent$}\"{MODULE}\": {rest}", "");
            }
        }
        ensure!(found == 1, "the script has the import {name} {found} times and not once");
    }
    let mut text = lines.join("\n");
    for (name, short) in &renamed.exports {
        let member = format!("wasm.{name}");
        let mut rest = text.as_str();
        let mut renamed = String::with_capacity(text.len());
        while let Some(at) = rest.find(&member) {
            let (before, after) = (&rest[..at], &rest[at + member.len()..]);
            let is_whole =
                !after.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$');
            renamed.push_str(before);
            renamed.push_str(if is_whole { "wasm." } else { &member });
            if is_whole {
                renamed.push_str(short);
            }
            rest = after;
        }
        renamed.push_str(rest);
        text = renamed;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "const import0 = {\n    __wbg_get_1a: function(arg0) {\n        wasm.__wbindgen_malloc(wasm.main);\n        wasm.mainly;\n    },\n};\nreturn {\n    \"./x_bg.js\": import0,\n};";

    fn renamed(import: &str) -> Renamed {
        Renamed {
            imports: vec![("./x_bg.js".into(), import.into(), "b".into())],
            exports: vec![("__wbindgen_malloc".into(), "c".into()), ("main".into(), "d".into())],
        }
    }

    #[test]
    fn imports_exports_and_module_are_renamed_and_nothing_else() {
        let script = with_short_names(SCRIPT, &renamed("__wbg_get_1a")).unwrap();
        assert_eq!(
            script,
            "const import0 = {\n    \"b\": function(arg0) {\n        wasm.c(wasm.d);\n        wasm.mainly;\n    },\n};\nreturn {\n    \"a\": import0,\n};"
        );
    }

    #[test]
    fn an_import_that_the_script_does_not_have_is_an_error() {
        assert!(with_short_names(SCRIPT, &renamed("__wbg_other")).is_err());
    }
}
