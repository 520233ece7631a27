//! The types that all declarations share, written out in those that use them.

use super::super::source::Source;

struct Shared {
    name: &'static str,
    /// Type parameters, with their brackets.
    parameters: &'static str,
    docs: &'static str,
    form: Form,
}

enum Form {
    /// `type X = ...;`
    Alias(&'static str),
    /// `interface X { ... }` of members, each with what it does.
    Interface(&'static [(&'static str, &'static str)]),
}

/// Those that others use stand behind them, so that they are seen to be used.
const ALL: [Shared; 11] = [
    Shared {
        name: "Option",
        parameters: "<T>",
        docs: "An option whose value may itself be undefined.",
        form: Form::Alias("{ tag: 'some', val: T } | { tag: 'none' }"),
    },
    Shared {
        name: "Result",
        parameters: "<T, E>",
        docs: "A result anywhere but as what a function returns: there the error is thrown.",
        form: Form::Alias("{ tag: 'ok', val: T } | { tag: 'err', val: E }"),
    },
    Shared {
        name: "CallOptions",
        parameters: "",
        docs: "How an asynchronous function is called.",
        form: Form::Interface(&[(
            "signal?: AbortSignal;",
            "Aborted, it asks the component to give up; if that does, the promise is rejected with the signal's reason.",
        )]),
    },
    Shared {
        name: "HostCall",
        parameters: "",
        docs: "What asynchronous functions of the host find as `this`.",
        form: Form::Interface(&[(
            "readonly signal: AbortSignal;",
            "Aborted when the component gives up the call, or ends: nobody waits for the result any more.",
        )]),
    },
    Shared {
        name: "StreamReader",
        parameters: "<Chunk, Chunks = Chunk>",
        docs: "A stream of the component, written no faster than it is read: numbers in typed arrays, other values one by one.",
        form: Form::Interface(&[
            (
                "read(options?: { count?: number }): Promise<{ value: Chunks, done: false } | { value: undefined, done: true }>;",
                "Reads as many elements as there are: at least one, at most `count`, which is 65,536 for numbers and else 1.",
            ),
            ("next(): Promise<IteratorResult<Chunk, undefined>>;", "Reads what a loop has in one round."),
            (
                "return(): Promise<IteratorReturnResult<undefined>>;",
                "Drops the stream: the component is told that nobody reads it any more.",
            ),
            ("[Symbol.asyncIterator](): this;", ""),
            ("[Symbol.dispose](): void;", "Drops the stream."),
            ("[Symbol.asyncDispose](): Promise<void>;", "Drops the stream."),
        ]),
    },
    Shared {
        name: "FutureReader",
        parameters: "<T>",
        docs: "A future of the component, read when it is first awaited.",
        form: Form::Interface(&[
            ("then: Promise<T>['then'];", ""),
            ("read(): Promise<T>;", "The value, as a promise with all its methods."),
            ("[Symbol.dispose](): void;", "Drops the future: its value is not read, if it was not yet."),
        ]),
    },
    Shared {
        name: "NumberStreamSource",
        parameters: "<T>",
        docs: "What a component takes for a stream of numbers: numbers one by one or in chunks, read no faster than the component reads.",
        form: Form::Alias("StreamSource<T | ArrayLike<T>>"),
    },
    Shared {
        name: "StreamSource",
        parameters: "<T>",
        docs: "What a component takes for a stream, read no faster than the component reads.",
        form: Form::Alias("ReadableStream<T> | AsyncIterable<T> | Iterable<T>"),
    },
    Shared {
        name: "FutureSource",
        parameters: "<T>",
        docs: "What a component takes for a future.",
        form: Form::Alias("T | PromiseLike<T>"),
    },
    Shared {
        name: "ErrorContextSource",
        parameters: "",
        docs: "What a component takes for an error context.",
        form: Form::Alias("ErrorContext | Error"),
    },
    Shared {
        name: "ErrorContext",
        parameters: "",
        docs: "What went wrong, for people.",
        form: Form::Interface(&[("readonly debugMessage: string;", "")]),
    },
];

impl Shared {
    fn is_used_in(&self, text: &str) -> bool {
        let part_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
        text.match_indices(self.name).any(|(at, name)| {
            let (before, after) = (&text[..at], &text[at + name.len()..]);
            let is_whole = !before.ends_with(part_of_name) && !after.starts_with(part_of_name);
            // Comments have words like `Option`, too.
            is_whole && (self.parameters.is_empty() || after.starts_with('<'))
        })
    }

    fn declare(&self, out: &mut Source) {
        let Shared { name, parameters, docs, ref form } = *self;
        out.line("");
        out.docs(docs);
        match form {
            Form::Alias(of) => out.line(format_args!("type {name}{parameters} = {of};")),
            Form::Interface(members) => {
                out.block(format_args!("interface {name}{parameters} {{"), "}", |out| {
                    for (member, docs) in *members {
                        out.docs(docs);
                        out.line(member);
                    }
                });
            }
        }
    }
}

/// Whether a type of the component may not have this name.
pub(super) fn is_shared(name: &str) -> bool {
    ALL.iter().any(|shared| shared.name == name)
}

/// Declares those that `text` uses; returns their names.
pub(super) fn generics(text: &str, out: &mut Source) -> Vec<&'static str> {
    let mut text = text.to_string();
    let mut names = Vec::new();
    for shared in &ALL {
        if shared.is_used_in(&text) {
            let mut own = Source::default();
            shared.declare(&mut own);
            let own = own.finish();
            out.text(&own);
            text.push_str(&own);
            names.push(shared.name);
        }
    }
    names
}
