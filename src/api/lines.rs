//! Answers that come in pieces, a line each: the library, and what becomes of an order. Pure.

/// The longest line that is kept waiting for its end.
const LINE: usize = 4 * 1024 * 1024;

/// Cuts a stream of bytes into lines.
#[derive(Debug, Default)]
pub struct Lines {
    rest: Vec<u8>,
}

impl Lines {
    /// The lines that `bytes` completes.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        let mut bytes = bytes;
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            let (line, after) = bytes.split_at(end);
            self.rest.extend_from_slice(line);
            lines.extend(self.take());
            bytes = after.get(1..).unwrap_or_default();
        }
        if self.rest.len() + bytes.len() <= LINE {
            self.rest.extend_from_slice(bytes);
        }
        lines
    }

    /// The last line, which need not end.
    pub fn finish(&mut self) -> Option<String> {
        self.take()
    }

    fn take(&mut self) -> Option<String> {
        let line = std::mem::take(&mut self.rest);
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        (!line.is_empty()).then(|| line.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_end_where_they_end() {
        let mut lines = Lines::default();
        assert_eq!(lines.push(b"{\"a\":"), Vec::<String>::new());
        assert_eq!(lines.push(b"1}\n\n{\"b\":2}\r\n{"), ["{\"a\":1}", "{\"b\":2}"]);
        assert_eq!(lines.push(b"}"), Vec::<String>::new());
        assert_eq!(lines.finish().as_deref(), Some("{}"));
        assert_eq!(lines.finish(), None);
    }

    proptest! {
        #[test]
        fn however_the_bytes_are_cut_the_lines_are_the_same(
            text in "[a-z\u{e9}\u{1f600}\n ]{0,80}", cut in 1usize..9,
        ) {
            let mut whole = Lines::default();
            let mut expected = whole.push(text.as_bytes());
            expected.extend(whole.finish());
            let mut pieces = Lines::default();
            let mut found = Vec::new();
            for piece in text.as_bytes().chunks(cut) {
                found.extend(pieces.push(piece));
            }
            found.extend(pieces.finish());
            prop_assert_eq!(found, expected);
        }
    }
}
