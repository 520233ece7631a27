//! Values of `.wast` scripts as the JSON that `tests/replay/values.js` reads. 64-bit numbers and the bits of floats
//! travel as decimal strings.

use anyhow::bail;
use serde_json::{Value, json};
use wast::component::WastVal;
use wast::core::{NanPattern, WastArgCore, WastRetCore};
use wast::{WastArg, WastRet};

/// An argument of a call.
pub(crate) fn argument(arg: &WastArg<'_>) -> anyhow::Result<Value> {
    match arg {
        WastArg::Component(value) => Ok(encode(value)),
        // Floats are written alike for core and component functions, and read as core values.
        WastArg::Core(WastArgCore::F32(value)) => Ok(json!(["f32", value.bits.to_string()])),
        WastArg::Core(WastArgCore::F64(value)) => Ok(json!(["f64", value.bits.to_string()])),
        other => bail!("component functions take no core values such as {other:?}"),
    }
}

/// An expected result.
pub(crate) fn result(result: &WastRet<'_>) -> anyhow::Result<Value> {
    match result {
        WastRet::Component(value) => Ok(encode(value)),
        WastRet::Core(WastRetCore::F32(NanPattern::Value(value))) => {
            Ok(json!(["f32", value.bits.to_string()]))
        }
        WastRet::Core(WastRetCore::F64(NanPattern::Value(value))) => {
            Ok(json!(["f64", value.bits.to_string()]))
        }
        other => bail!("component functions give no core values such as {other:?}"),
    }
}

fn encode(value: &WastVal<'_>) -> Value {
    let list = |items: &[WastVal<'_>]| items.iter().map(encode).collect::<Vec<_>>();
    let payload = |item: &Option<Box<WastVal<'_>>>| item.as_ref().map_or(Value::Null, |item| encode(item));
    match value {
        WastVal::Bool(value) => json!(["bool", value]),
        WastVal::U8(value) => json!(["u8", value]),
        WastVal::S8(value) => json!(["s8", value]),
        WastVal::U16(value) => json!(["u16", value]),
        WastVal::S16(value) => json!(["s16", value]),
        WastVal::U32(value) => json!(["u32", value]),
        WastVal::S32(value) => json!(["s32", value]),
        WastVal::U64(value) => json!(["u64", value.to_string()]),
        WastVal::S64(value) => json!(["s64", value.to_string()]),
        WastVal::F32(value) => json!(["f32", value.bits.to_string()]),
        WastVal::F64(value) => json!(["f64", value.bits.to_string()]),
        WastVal::Char(value) => json!(["char", value]),
        WastVal::String(value) => json!(["string", value]),
        WastVal::List(items) => json!(["list", list(items)]),
        WastVal::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| [encode(key), encode(value)]).collect::<Vec<_>>();
            json!(["map", entries])
        }
        WastVal::Record(fields) => {
            let fields = fields.iter().map(|(name, value)| json!([name, encode(value)])).collect::<Vec<_>>();
            json!(["record", fields])
        }
        WastVal::Tuple(items) => json!(["tuple", list(items)]),
        WastVal::Variant(name, item) => json!(["variant", name, payload(item)]),
        WastVal::Enum(name) => json!(["enum", name]),
        WastVal::Option(None) => json!(["none"]),
        WastVal::Option(Some(item)) => json!(["some", encode(item)]),
        WastVal::Result(Ok(item)) => json!(["ok", payload(item)]),
        WastVal::Result(Err(item)) => json!(["err", payload(item)]),
        WastVal::Flags(names) => json!(["flags", names]),
    }
}
