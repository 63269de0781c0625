//! Decoding that never refuses a message for one field of the wrong type: such a field reads as
//! absent. A host that sends `{"data": 5}` still gets its answer. Used by [`crate::wire`] only.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::wire::Body;

/// The longest list that is read; the rest of a longer one is skipped.
const LIST: usize = 200;

/// One value of whatever type, as far as any field of ours needs it.
enum Value {
    Falsy,
    Truthy,
    Number(u32),
    Text(String),
    List(Vec<String>),
    Object(Box<Body>),
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(if value { Value::Truthy } else { Value::Falsy })
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(match u32::try_from(value) {
            Ok(0) => Value::Falsy,
            Ok(number) => Value::Number(number),
            Err(_) => Value::Truthy,
        })
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(match u32::try_from(value) {
            Ok(0) => Value::Falsy,
            Ok(number) => Value::Number(number),
            Err(_) => Value::Truthy,
        })
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(if value == 0.0 || value.is_nan() { Value::Falsy } else { Value::Truthy })
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::Text(value))
    }

    fn visit_byte_buf<E>(self, _: Vec<u8>) -> Result<Value, E> {
        Ok(Value::Truthy)
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Falsy)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while list.len() < LIST {
            match seq.next_element::<Word>()? {
                Some(Word(Some(word))) => list.push(word),
                Some(Word(None)) => {}
                None => return Ok(Value::List(list)),
            }
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value, A::Error> {
        Body::deserialize(MapAccessDeserializer::new(map)).map(Box::new).map(Value::Object)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

/// An element of a list, if it is text.
struct Word(Option<String>);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OnlyText;
        impl<'de> Visitor<'de> for OnlyText {
            type Value = Word;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("anything")
            }
            fn visit_bool<E>(self, _: bool) -> Result<Word, E> {
                Ok(Word(None))
            }
            fn visit_i64<E>(self, _: i64) -> Result<Word, E> {
                Ok(Word(None))
            }
            fn visit_u64<E>(self, _: u64) -> Result<Word, E> {
                Ok(Word(None))
            }
            fn visit_f64<E>(self, _: f64) -> Result<Word, E> {
                Ok(Word(None))
            }
            fn visit_str<E>(self, value: &str) -> Result<Word, E> {
                Ok(Word(Some(value.to_owned())))
            }
            fn visit_byte_buf<E>(self, _: Vec<u8>) -> Result<Word, E> {
                Ok(Word(None))
            }
            fn visit_unit<E>(self) -> Result<Word, E> {
                Ok(Word(None))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Word, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Word(None))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Word, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Word(None))
            }
        }
        deserializer.deserialize_any(OnlyText)
    }
}

pub(crate) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Text(text) => Some(text),
        _ => None,
    })
}

pub(crate) fn flag<'de, D: Deserializer<'de>>(from: D) -> Result<Option<bool>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Truthy => Some(true),
        Value::Falsy => Some(false),
        _ => None,
    })
}

pub(crate) fn number<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Number(number) => number,
        _ => 0,
    })
}

pub(crate) fn list<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::List(list) => list,
        _ => Vec::new(),
    })
}

/// An object; anything else reads as an empty one.
pub(crate) fn object<'de, D: Deserializer<'de>>(from: D) -> Result<Box<Body>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Object(body) => body,
        _ => Box::default(),
    })
}

/// An object if the value is truthy: that is what makes a message a reply.
pub(crate) fn reply<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Box<Body>>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Falsy => None,
        Value::Text(text) if text.is_empty() => None,
        // A homeserver's error is text where a host's is an object.
        Value::Text(text) => Some(Box::new(Body { message: Some(text), ..Body::default() })),
        Value::Object(body) => Some(body),
        _ => Some(Box::default()),
    })
}
