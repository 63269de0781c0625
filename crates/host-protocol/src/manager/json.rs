//! JSON of any shape, read within bounds. Replies hold events as a room's members wrote them, and
//! a browser hands over objects that hold themselves or each other, so depth and size are limited
//! here and nowhere else. Field readers for the reply types: a wrong type reads as absent.

use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::{Map, Value};

/// A JSON object.
pub type Object = Map<String, Value>;

/// Objects and lists deeper than this read as `null`.
const DEPTH: usize = 64;
/// How much of one reply is read, in bytes of text and [`COST`] for each value.
const BUDGET: usize = 64 << 20;
/// What a value without its text counts.
const COST: usize = 16;

/// A value and whether all of it was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bounded {
    /// What was read; `null` stands for what is too deep.
    pub value: Value,
    /// Some of it was left out because it was too much: no basis for a decision.
    pub cut: bool,
}

impl<'de> Deserialize<'de> for Bounded {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::within(BUDGET, from)
    }
}

impl Bounded {
    fn within<'de, D: Deserializer<'de>>(budget: usize, from: D) -> Result<Self, D::Error> {
        let mut left = Some(budget);
        let value = Reader { left: &mut left, depth: 0 }.deserialize(from)?;
        Ok(Self { value, cut: left.is_none() })
    }
}

/// Builds one value; `left` is `None` once the budget is spent.
struct Reader<'a> {
    left: &'a mut Option<usize>,
    depth: usize,
}

impl Reader<'_> {
    fn pay(&mut self, text: usize) -> bool {
        *self.left = self.left.and_then(|left| left.checked_sub(text.saturating_add(COST)));
        self.left.is_some()
    }

    fn leaf(mut self, value: impl Into<Value>) -> Value {
        if self.pay(0) { value.into() } else { Value::Null }
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        if self.left.is_none() {
            return from.deserialize_ignored_any(IgnoredAny).map(|_| Value::Null);
        }
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(self.leaf(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(self.leaf(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(self.leaf(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(self.leaf(value))
    }

    fn visit_str<E>(mut self, value: &str) -> Result<Value, E> {
        Ok(if self.pay(value.len()) { value.into() } else { Value::Null })
    }

    fn visit_byte_buf<E>(self, _: Vec<u8>) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(self.leaf(Value::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        let mut fits = self.depth < DEPTH && self.pay(0);
        while fits {
            let reader = Reader { left: &mut *self.left, depth: self.depth + 1 };
            match seq.next_element_seed(reader)? {
                Some(value) => list.push(value),
                None => return Ok(Value::Array(list)),
            }
            fits = self.left.is_some();
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Null)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Value, A::Error> {
        let mut object = Object::new();
        let mut fits = self.depth < DEPTH && self.pay(0);
        while fits {
            let Some(key) = map.next_key::<String>()? else { return Ok(Value::Object(object)) };
            self.pay(key.len());
            let reader = Reader { left: &mut *self.left, depth: self.depth + 1 };
            let value = map.next_value_seed(reader)?;
            object.insert(key, value);
            fits = self.left.is_some();
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Null)
    }
}

/// What JavaScript would take for true.
pub(super) fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64().is_none_or(|number| number != 0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

fn value<'de, D: Deserializer<'de>>(from: D) -> Result<Value, D::Error> {
    Ok(Bounded::deserialize(from)?.value)
}

pub(super) fn truthy<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    Ok(is_truthy(&value(from)?))
}

pub(super) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(match value(from)? {
        Value::String(text) => Some(text),
        _ => None,
    })
}

pub(super) fn number<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    Ok(value(from)?.as_u64())
}

pub(super) fn object<'de, D: Deserializer<'de>>(from: D) -> Result<Object, D::Error> {
    Ok(match value(from)? {
        Value::Object(object) => object,
        _ => Object::new(),
    })
}

pub(super) fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Bounded>, D::Error> {
    Bounded::deserialize(from).map(Some)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn nested(depth: usize) -> String {
        [&"[".repeat(depth), "1", &"]".repeat(depth)].concat()
    }

    #[test]
    fn ordinary_json_is_read_as_it_is() {
        let value = json!({"a": [1, -2, 2.5, true, null, "x"], "b": {"c": {}}, "d": u64::MAX});
        let read: Bounded = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(read, Bounded { value, cut: false });
    }

    #[test]
    fn what_is_too_deep_is_null_and_the_rest_is_there() {
        let text = [r#"{"deep":"#, &nested(100_000), r#","flat":1}"#].concat();
        let read: Bounded = serde_json::from_str(&text).unwrap();
        assert!(!read.cut);
        assert_eq!(read.value["flat"], 1);
        let (mut value, mut depth) = (&read.value["deep"], 1);
        while let Some(inner) = value.get(0) {
            (value, depth) = (inner, depth + 1);
        }
        assert_eq!((value, depth), (&Value::Null, DEPTH));
    }

    #[test]
    fn what_is_too_much_is_said_to_be_cut() {
        let within = |budget, json: &Value| Bounded::within(budget, json.clone()).unwrap();
        let list = json!(["twelve bytes", "twelve bytes"]);
        assert!(!within(COST * 3 + 24, &list).cut);
        assert!(within(COST * 3 + 23, &list).cut);
        let object = json!({"key": "value", "other": [1, 2, 3]});
        for budget in 0..COST * 10 {
            let read = within(budget, &object);
            assert!(read.cut || read.value == object, "{budget}");
        }
    }
}
