//! The built-in types, from `types/*.json`. A test reads every file, so that none can be wrong here.

use crate::declaration::WidgetType;

const FILES: [&str; 5] = [
    include_str!("../types/calls.json"),
    include_str!("../types/documents.json"),
    include_str!("../types/boards.json"),
    include_str!("../types/media.json"),
    include_str!("../types/others.json"),
];

/// Every built-in type.
pub(crate) fn types() -> Vec<WidgetType> {
    FILES
        .iter()
        .flat_map(|file| serde_json::from_str::<Vec<WidgetType>>(file).unwrap_or_default())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check;

    #[test]
    fn every_file_is_read_and_every_declaration_is_right() {
        for file in FILES {
            let types: Vec<WidgetType> = serde_json::from_str(file).unwrap();
            for declared in types {
                assert_eq!(check(&declared), [], "{}", declared.id);
            }
        }
        let mut ids: Vec<String> = types().into_iter().map(|declared| declared.id).collect();
        ids.sort();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count, "two types have one id");
        assert!(count >= 20);
    }
}
