//! What other parsers read: `serde_yaml` and `serde_json`.

use serde_json::{Map, Value};

/// The value of a text, intrinsic functions in their long form; an error in the words of the parser.
pub(crate) fn value(text: &str, json: bool) -> Result<Value, String> {
    let text = text.trim_start_matches('\u{feff}');
    if json {
        return serde_json::from_str(text).map_err(|error| error.to_string());
    }
    let value: serde_yaml::Value = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
    plain(value).ok_or_else(|| "has a key or a number that JSON does not know".to_owned())
}

fn plain(value: serde_yaml::Value) -> Option<Value> {
    Some(match value {
        serde_yaml::Value::Null => Value::Null,
        serde_yaml::Value::Bool(value) => Value::Bool(value),
        serde_yaml::Value::Number(number) => serde_json::to_value(number).ok()?,
        serde_yaml::Value::String(text) => Value::String(text),
        serde_yaml::Value::Sequence(items) => Value::Array(items.into_iter().map(plain).collect::<Option<_>>()?),
        serde_yaml::Value::Mapping(entries) => {
            let entries = entries.into_iter().map(|(key, value)| Some((key.as_str()?.to_owned(), plain(value)?)));
            Value::Object(entries.collect::<Option<_>>()?)
        }
        serde_yaml::Value::Tagged(tagged) => {
            let name = tagged.tag.to_string();
            let name = name.trim_start_matches('!');
            let long = if matches!(name, "Ref" | "Condition") { name.to_owned() } else { format!("Fn::{name}") };
            Value::Object(Map::from_iter([(long, plain(tagged.value)?)]))
        }
    })
}
