//! The stickers that the user has marked. Pure: keys in the order of marking, a key a line.

/// The most stickers that can be marked.
const KEPT: usize = 200;

/// Reads what [`write()`] wrote; lines of another form are skipped.
#[must_use]
pub fn read(text: &str) -> Vec<String> {
    text.lines().filter(|key| key.contains('/')).take(KEPT).map(String::from).collect()
}

/// The list as text.
#[must_use]
pub fn write(keys: &[String]) -> String {
    keys.join("\n")
}

/// Marks a sticker, the newest first, or takes its mark away.
pub fn toggle(keys: &mut Vec<String>, key: &str) {
    match keys.iter().position(|marked| marked == key) {
        Some(position) => {
            keys.remove(position);
        }
        None => {
            keys.insert(0, key.to_owned());
            keys.truncate(KEPT);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_comes_and_goes_and_survives_being_written() {
        let mut keys = read("nonsense\ncats/wave");
        toggle(&mut keys, "dogs/hi");
        assert_eq!(keys, ["dogs/hi", "cats/wave"]);
        assert_eq!(read(&write(&keys)), keys);
        toggle(&mut keys, "cats/wave");
        assert_eq!(keys, ["dogs/hi"]);
    }

    #[test]
    fn the_list_stays_short() {
        let mut keys = Vec::new();
        for i in 0..300 {
            toggle(&mut keys, &format!("p/{i}"));
        }
        assert_eq!(keys.len(), KEPT);
        assert_eq!(keys[0], "p/299");
    }
}
