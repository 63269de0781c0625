//! Codes that people type: of vouchers and gifts. Sixteen characters of an alphabet without those that
//! look alike (Crockford's base 32), in groups of four: 80 random bits.

use sha2::{Digest as _, Sha256};

use crate::random::{NoRandomness, Random};

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 16;

/// A new code.
///
/// # Errors
/// When there is no randomness.
pub fn new(random: &dyn Random) -> Result<String, NoRandomness> {
    let mut bytes = [0; LENGTH];
    random.fill(&mut bytes)?;
    let mut code = String::new();
    for (place, byte) in bytes.iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            code.push('-');
        }
        let letter = ALPHABET.get(usize::from(byte % 32)).copied().unwrap_or(b'0');
        code.push(char::from(letter));
    }
    Ok(code)
}

/// What somebody typed, as it was given out: without blanks, in capitals, with the letters that are no
/// others. None if it cannot be a code.
#[must_use]
pub fn read(typed: &str) -> Option<String> {
    let letters =
        typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}' | '\u{2011}'));
    let letters: Option<Vec<char>> = letters
        .map(|c| match c.to_ascii_uppercase() {
            'O' => Some('0'),
            'I' | 'L' => Some('1'),
            c => u8::try_from(c).ok().filter(|b| ALPHABET.contains(b)).map(char::from),
        })
        .collect();
    let letters = letters.filter(|letters| letters.len() == LENGTH)?;
    Some(letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-"))
}

/// What is kept of a voucher's code. 80 random bits need no slow hash.
#[must_use]
pub fn hash(code: &str) -> [u8; 32] {
    Sha256::digest(code.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::CountingRandom;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = new(&CountingRandom::default()).unwrap();
        assert_eq!(code.len(), 19);
        for typed in [
            code.clone(),
            code.to_lowercase(),
            code.replace('-', ""),
            format!("  {} ", code.replace('-', " ")),
            code.replace('0', "o").replace('1', "l"),
        ] {
            assert_eq!(read(&typed).as_deref(), Some(code.as_str()), "{typed}");
        }
    }

    #[test]
    fn what_cannot_be_a_code_is_none() {
        for typed in
            ["", "1234", "1234-5678-9ABC-DEFU", "1234-5678-9ABC-DEF", "1234-5678-9ABC-DEFG0", "💥"]
        {
            assert_eq!(read(typed), None, "{typed}");
        }
    }
}
