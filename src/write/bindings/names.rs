//! JavaScript names for WIT names.
//!
//! The rules are jco's, so that its users find what they expect: functions, parameters and fields are camelCase,
//! resource classes and types PascalCase, an exported interface is reachable under its full name and under the
//! camelCase of its last part. The loader applies the same rules at run time (`js-loader/src/names.js`); the
//! golden `tests/golden/names.json` holds both to the same answers.

use std::collections::HashSet;

/// `read-via-stream` -> `readViaStream`; an acronym is one word: `HTTP-server` -> `httpServer`.
pub(super) fn camel(kebab: &str) -> String {
    let mut out = String::with_capacity(kebab.len());
    for (i, word) in words(kebab).enumerate() {
        push_word(&mut out, word, i > 0);
    }
    out
}

/// `tcp-socket` -> `TcpSocket`.
pub(super) fn pascal(kebab: &str) -> String {
    let mut out = String::with_capacity(kebab.len());
    for word in words(kebab) {
        push_word(&mut out, word, true);
    }
    out
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

fn push_word(out: &mut String, word: &str, capital: bool) {
    let mut chars = word.chars();
    match chars.next() {
        Some(first) if capital => out.push(first.to_ascii_uppercase()),
        Some(first) => out.push(first.to_ascii_lowercase()),
        None => {}
    }
    out.extend(chars.map(|c| c.to_ascii_lowercase()));
}

/// The alias of an interface: `wasi:io/streams@0.2.0` -> `streams`; a plain name is its own alias.
pub(super) fn alias(interface: &str) -> String {
    camel(last_part(interface))
}

/// The part of a name that tells people most: `wasi:io/streams@0.2.0` -> `streams`.
fn last_part(name: &str) -> &str {
    let path = name.split('@').next().unwrap_or(name);
    path.rsplit('/').next().unwrap_or(path)
}

/// A constant for something the component imports or exports; no other name in generated code ends with an underscore.
pub(super) fn local(name: &str) -> String {
    format!("{}_", binding(last_part(name)))
}

/// A TypeScript identifier for an interface: `wasi:io/streams@0.2.0` -> `WasiIoStreams`.
pub(super) fn interface_identifier(interface: &str) -> String {
    pascal(interface.split('@').next().unwrap_or(interface))
}

/// The version at the end of an interface's name, as an identifier's suffix: `0.2.0-rc.1` -> `_0_2_0_rc_1`.
pub(super) fn version_suffix(interface: &str) -> String {
    match interface.split_once('@') {
        Some((_, version)) => {
            let tail: String =
                version.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
            format!("_{tail}")
        }
        None => String::new(),
    }
}

/// A function's WIT name taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FuncName<'a> {
    /// `greet`
    Free(&'a str),
    /// `[constructor]counter`
    Constructor(&'a str),
    /// `[method]counter.add`
    Method(&'a str, &'a str),
    /// `[static]counter.merge`
    Static(&'a str, &'a str),
}

impl<'a> FuncName<'a> {
    /// Splits `name`; the validator has checked that annotated names are well formed.
    pub(super) fn parse(name: &'a str) -> FuncName<'a> {
        let member = |rest: &'a str| rest.split_once('.').unwrap_or((rest, ""));
        if let Some(resource) = name.strip_prefix("[constructor]") {
            FuncName::Constructor(resource)
        } else if let Some(rest) = name.strip_prefix("[method]") {
            let (resource, method) = member(rest);
            FuncName::Method(resource, method)
        } else if let Some(rest) = name.strip_prefix("[static]") {
            let (resource, method) = member(rest);
            FuncName::Static(resource, method)
        } else {
            FuncName::Free(name)
        }
    }
}

/// Words that cannot be the name of a parameter or a binding in a strict-mode module.
const RESERVED: &[&str] = &[
    "abstract",
    "any",
    "arguments",
    "as",
    "async",
    "await",
    "boolean",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "eval",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "number",
    "object",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "string",
    "super",
    "switch",
    "symbol",
    "this",
    "throw",
    "true",
    "try",
    "type",
    "typeof",
    "undefined",
    "unknown",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// `name` as a parameter or binding: reserved words get an underscore, a leading digit too.
pub(super) fn binding(name: &str) -> String {
    let camel = camel(name);
    let starts_badly = camel.chars().next().is_none_or(|c| c.is_ascii_digit());
    if starts_badly || RESERVED.contains(&camel.as_str()) { format!("_{camel}") } else { camel }
}

/// `name` as a property key in source text: bare where it is an identifier, else quoted.
pub(super) fn property(name: &str) -> String {
    let mut chars = name.chars();
    let identifier = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_' || c == '$')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$');
    if identifier { name.to_string() } else { quoted(name) }
}

/// `name` as the name of a method in a declaration. Two names as they are would declare constructors.
pub(super) fn method(name: &str) -> String {
    match name {
        "new" => quoted(name),
        "constructor" => format!("['{name}']"),
        _ => property(name),
    }
}

/// A JavaScript string literal.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for c in text.chars() {
        match c {
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            c if c.is_control() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// Hands out names, each once: a name that is taken gets the first free number behind it.
#[derive(Debug, Default)]
pub(super) struct UniqueNames {
    taken: HashSet<String>,
}

impl UniqueNames {
    /// `wanted`, or `wanted2`, `wanted3`, ... where that is taken.
    pub(super) fn take(&mut self, wanted: String) -> String {
        let mut name = wanted.clone();
        let mut number = 2;
        while !self.taken.insert(name.clone()) {
            name = format!("{wanted}{number}");
            number += 1;
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::{
        FuncName, UniqueNames, alias, binding, camel, interface_identifier, method, pascal, property, quoted,
    };

    #[test]
    fn kebab_names_become_camel_and_pascal_case() {
        assert_eq!(camel("read-via-stream"), "readViaStream");
        assert_eq!(camel("HTTP-server"), "httpServer");
        assert_eq!(pascal("tcp-socket"), "TcpSocket");
        assert_eq!(alias("wasi:http/incoming-handler@0.2.0"), "incomingHandler");
        assert_eq!(interface_identifier("wasi:io/streams@0.2.0"), "WasiIoStreams");
    }

    #[test]
    fn annotated_names_are_taken_apart() {
        assert_eq!(FuncName::parse("[method]counter.add-all"), FuncName::Method("counter", "add-all"));
        assert_eq!(FuncName::parse("[static]counter.merge"), FuncName::Static("counter", "merge"));
        assert_eq!(FuncName::parse("[constructor]counter"), FuncName::Constructor("counter"));
        assert_eq!(FuncName::parse("greet"), FuncName::Free("greet"));
    }

    #[test]
    fn reserved_words_and_odd_names_are_escaped() {
        assert_eq!(binding("eval"), "_eval");
        assert_eq!(binding("two-words"), "twoWords");
        assert_eq!(property("a-b"), "'a-b'");
        assert_eq!(property("plain"), "plain");
        assert_eq!(
            [method("new"), method("constructor"), method("plain")],
            ["'new'", "['constructor']", "plain"]
        );
        assert_eq!(quoted("it's\n"), "'it\\'s\\n'");
    }

    #[test]
    fn taken_names_get_numbers() {
        let mut names = UniqueNames::default();
        assert_eq!(names.take("a".into()), "a");
        assert_eq!(names.take("a".into()), "a2");
        assert_eq!(names.take("a".into()), "a3");
    }
}
