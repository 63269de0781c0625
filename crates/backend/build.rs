//! Puts the starter pack into the binary: lists its files for `packs::starter`.

use std::{env, error::Error, fmt::Write as _, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let folder = here.join("../../assets/starter-pack");
    println!("cargo::rerun-if-changed=build.rs");
    // The migrations are read by a macro, which does not notice a new file.
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if ["webp", "png", "gif", "jpg", "toml"].contains(&ending) {
            println!("cargo::rerun-if-changed={}", path.display());
            files.push(path);
        }
    }
    files.sort();
    let mut list = String::from("static FILES: &[(&str, &[u8])] = &[\n");
    for path in files {
        let name = path.file_name().and_then(|name| name.to_str()).ok_or("a name is not UTF-8")?;
        writeln!(list, "    ({name:?}, include_bytes!({path:?})),")?;
    }
    list.push_str("];\n");
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("starter_pack.rs"), list)?;
    Ok(())
}
