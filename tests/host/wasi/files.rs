//! `wasi:filesystem`, and every way out of a preopened directory that a guest could try.

use super::{Passed, bytes, code, flags, ok, text};
use corefuse::host::Val;
use corefuse::host::wasi::Wasi;
use std::fs;
use tempfile::TempDir;

/// A directory `inside` that is preopened, beside a file that must stay out of reach.
struct Fixture {
    root: TempDir,
    wasi: Passed,
    dir: Val,
}

const SECRET: &str = "secret";

impl Fixture {
    fn new() -> Fixture {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("inside/sub")).unwrap();
        fs::write(root.path().join("secret.txt"), SECRET).unwrap();
        fs::write(root.path().join("inside/note.txt"), "first\nsecond\n").unwrap();
        let mut wasi = Wasi::new();
        wasi.preopen(root.path().join("inside"), "/data").unwrap();
        let mut wasi = Passed::new(wasi);
        let Val::List(directories) = wasi.call("preopens#get-directories", &[]) else { panic!() };
        let [Val::Tuple(directory)] = &directories[..] else { panic!() };
        assert_eq!(directory[1], text("/data"));
        Fixture { root, wasi, dir: directory[0].clone() }
    }

    /// Calls a method of descriptors.
    fn on(&mut self, descriptor: &Val, method: &str, params: &[Val]) -> Val {
        let params = [std::slice::from_ref(descriptor), params].concat();
        self.wasi.call(&format!("files#[method]descriptor.{method}"), &params)
    }

    /// Calls a method on the preopened directory.
    fn at(&mut self, method: &str, params: &[Val]) -> Val {
        let dir = self.dir.clone();
        self.on(&dir, method, params)
    }

    fn open(&mut self, path: &str, open: &[&str], access: &[&str]) -> Val {
        self.at("open-at", &[flags(&["symlink-follow"]), text(path), flags(open), flags(access)])
    }

    /// Nothing outside has changed.
    fn assert_untouched(&self) {
        assert_eq!(fs::read_to_string(self.root.path().join("secret.txt")).unwrap(), SECRET);
        let mut names: Vec<_> =
            fs::read_dir(self.root.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["inside", "secret.txt"]);
    }
}

#[test]
fn files_are_read_written_and_listed() {
    let mut f = Fixture::new();
    let note = ok(f.open("note.txt", &[], &["read"]));
    let read = ok(f.on(&note, "read", &[Val::U64(5), Val::U64(6)]));
    assert_eq!(read, Val::Tuple(vec![bytes(b"secon"), Val::Bool(false)]));
    let end = ok(f.on(&note, "read", &[Val::U64(5), Val::U64(100)]));
    assert_eq!(end, Val::Tuple(vec![bytes(b""), Val::Bool(true)]));
    assert_eq!(code(f.on(&note, "write", &[bytes(b"x"), Val::U64(0)])), "bad-descriptor");

    let made = ok(f.open("sub/new", &["create", "exclusive"], &["read", "write"]));
    assert_eq!(ok(f.on(&made, "write", &[bytes(b"abc"), Val::U64(2)])), Val::U64(3));
    ok(f.on(&made, "set-size", &[Val::U64(4)]));
    assert_eq!(fs::read(f.root.path().join("inside/sub/new")).unwrap(), b"\0\0ab");
    let out = ok(f.on(&made, "append-via-stream", &[]));
    ok(f.wasi.call("streams#[method]output-stream.blocking-write-and-flush", &[out, bytes(b"end")]));
    assert_eq!(fs::read(f.root.path().join("inside/sub/new")).unwrap(), b"\0\0abend");
    assert_eq!(code(f.open("sub/new", &["create", "exclusive"], &["write"])), "exist");
    ok(f.open("sub/new", &["truncate"], &["write"]));
    assert_eq!(fs::read(f.root.path().join("inside/sub/new")).unwrap(), b"");

    let stream = ok(f.on(&note, "read-via-stream", &[Val::U64(6)]));
    let read = |f: &mut Fixture| {
        f.wasi.call("streams#[method]input-stream.blocking-read", &[stream.clone(), Val::U64(100)])
    };
    assert_eq!(ok(read(&mut f)), bytes(b"second\n"));
    let Val::Result(Err(Some(closed))) = read(&mut f) else { panic!() };
    assert_eq!(*closed, Val::Variant("closed".to_owned(), None));

    let sub = ok(f.open("sub", &["directory"], &["read"]));
    assert_eq!(ok(f.on(&sub, "get-type", &[])), Val::Enum("directory".to_owned()));
    let entries = ok(f.on(&sub, "read-directory", &[]));
    let next = "files#[method]directory-entry-stream.read-directory-entry";
    let Val::Option(Some(entry)) = ok(f.wasi.call(next, std::slice::from_ref(&entries))) else { panic!() };
    let Val::Record(fields) = *entry else { panic!() };
    assert!(fields.contains(&("name".to_owned(), text("new"))), "{fields:?}");
    assert_eq!(ok(f.wasi.call(next, &[entries])), Val::Option(None));
    // A directory that was not opened for changes cannot be changed.
    assert_eq!(code(f.on(&sub, "create-directory-at", &[text("x")])), "read-only");
}

#[test]
fn errors_have_the_codes_of_wasi() {
    let mut f = Fixture::new();
    assert_eq!(code(f.open("missing", &[], &["read"])), "no-entry");
    assert_eq!(code(f.open("note.txt", &["directory"], &["read"])), "not-directory");
    assert_eq!(code(f.open("note.txt/x", &[], &["read"])), "not-directory");
    assert_eq!(code(f.open("sub", &[], &["write"])), "is-directory");
    assert_eq!(code(f.at("remove-directory-at", &[text("note.txt")])), "not-directory");
    assert_eq!(code(f.at("create-directory-at", &[text("sub")])), "exist");
    fs::write(f.root.path().join("inside/sub/file"), "").unwrap();
    assert_eq!(code(f.at("remove-directory-at", &[text("sub")])), "not-empty");
    assert_eq!(code(f.open("", &[], &["read"])), "no-entry");
    assert_eq!(code(f.open(&"x".repeat(5000), &[], &["read"])), "name-too-long");
    assert_eq!(code(f.at("readlink-at", &[text("note.txt")])), "invalid");
}

#[test]
fn paths_do_not_leave_a_preopened_directory() {
    let mut f = Fixture::new();
    let absolute = f.root.path().join("secret.txt").to_str().unwrap().to_owned();
    let outside =
        ["../secret.txt", "sub/../../secret.txt", "./../secret.txt", "..", "/", "/etc/passwd", &absolute];
    for path in outside {
        assert_eq!(code(f.open(path, &[], &["read"])), "not-permitted", "{path}");
        let created = f.open(path, &["create", "truncate"], &["write"]);
        assert!(["not-permitted", "is-directory"].contains(&&*code(created)), "{path}");
        for method in ["create-directory-at", "remove-directory-at", "unlink-file-at", "readlink-at"] {
            let found = code(f.at(method, &[text(path)]));
            assert_eq!(found, "not-permitted", "{method} {path}");
        }
        let dir = f.dir.clone();
        for (from, to) in [(path, "stolen"), ("note.txt", path)] {
            let renamed = f.at("rename-at", &[text(from), dir.clone(), text(to)]);
            assert_eq!(code(renamed), "not-permitted", "{from} to {to}");
            let linked = f.at("link-at", &[flags(&[]), text(from), dir.clone(), text(to)]);
            assert_eq!(code(linked), "not-permitted", "{from} to {to}");
        }
    }
    f.assert_untouched();
    assert_eq!(fs::read_dir(f.root.path().join("inside")).unwrap().count(), 2);
}

#[cfg(unix)]
#[test]
fn symbolic_links_of_the_host_do_not_lead_out() {
    let mut f = Fixture::new();
    let inside = f.root.path().join("inside");
    std::os::unix::fs::symlink("../secret.txt", inside.join("relative")).unwrap();
    std::os::unix::fs::symlink(f.root.path().join("secret.txt"), inside.join("absolute")).unwrap();
    std::os::unix::fs::symlink("..", inside.join("parent")).unwrap();
    std::os::unix::fs::symlink("/", inside.join("top")).unwrap();
    for path in [
        "relative",
        "absolute",
        "parent/secret.txt",
        "parent",
        "top/etc/passwd",
        "top",
        "sub/../parent/secret.txt",
    ] {
        assert_eq!(code(f.open(path, &[], &["read"])), "not-permitted", "{path}");
        assert_eq!(code(f.open(path, &["create"], &["write"])), "not-permitted", "{path}");
    }
    assert_eq!(code(f.at("create-directory-at", &[text("parent/made")])), "not-permitted");
    assert_eq!(code(f.at("unlink-file-at", &[text("parent/secret.txt")])), "not-permitted");
    let dir = f.dir.clone();
    let renamed = f.at("rename-at", &[text("note.txt"), dir.clone(), text("parent/note.txt")]);
    assert_eq!(code(renamed), "not-permitted");
    let linked = f.at("link-at", &[flags(&[]), text("parent/secret.txt"), dir, text("stolen")]);
    assert_eq!(code(linked), "not-permitted");
    f.assert_untouched();
    // Links that stay inside work.
    std::os::unix::fs::symlink("sub/../note.txt", inside.join("fine")).unwrap();
    let fine = ok(f.open("fine", &[], &["read"]));
    assert_eq!(
        ok(f.on(&fine, "read", &[Val::U64(5), Val::U64(0)])),
        Val::Tuple(vec![bytes(b"first"), Val::Bool(false)])
    );
}

#[cfg(unix)]
#[test]
fn symbolic_links_of_a_guest_do_not_lead_out() {
    let mut f = Fixture::new();
    let absolute = f.root.path().join("secret.txt").to_str().unwrap().to_owned();
    for target in ["/etc/passwd", "/", &absolute] {
        assert_eq!(code(f.at("symlink-at", &[text(target), text("link")])), "not-permitted", "{target}");
    }
    // A relative link may be made, but not followed out.
    ok(f.at("symlink-at", &[text("../secret.txt"), text("link")]));
    assert_eq!(code(f.open("link", &[], &["read"])), "not-permitted");
    assert_eq!(code(f.open("link", &["create", "truncate"], &["write"])), "not-permitted");
    // Nor one that leads out only after it was moved: from `sub` it stays inside, from the top it does not.
    ok(f.at("symlink-at", &[text("../note.txt"), text("sub/up")]));
    ok(f.open("sub/up", &[], &["read"]));
    let dir = f.dir.clone();
    ok(f.at("rename-at", &[text("sub/up"), dir, text("up")]));
    assert_eq!(code(f.open("up", &[], &["read"])), "not-permitted");
    // A directory opened on its own does not reach its parent, which it could by a path from the top.
    let sub = ok(f.open("sub", &["directory"], &["read", "mutate-directory"]));
    let up = f.on(
        &sub,
        "open-at",
        &[flags(&["symlink-follow"]), text("../note.txt"), flags(&[]), flags(&["read"])],
    );
    assert_eq!(code(up), "not-permitted");
    f.assert_untouched();
}

#[cfg(unix)]
#[test]
fn a_directory_moved_away_stays_a_prison() {
    let mut f = Fixture::new();
    let sub = ok(f.open("sub", &["directory"], &["read", "mutate-directory"]));
    // The host moves the open directory out; its new parent is not reachable from it.
    fs::rename(f.root.path().join("inside/sub"), f.root.path().join("moved")).unwrap();
    let open = |f: &mut Fixture, path: &str| {
        f.on(&sub, "open-at", &[flags(&["symlink-follow"]), text(path), flags(&[]), flags(&["read"])])
    };
    assert_eq!(code(open(&mut f, "../secret.txt")), "not-permitted");
    assert_eq!(fs::read_to_string(f.root.path().join("secret.txt")).unwrap(), SECRET);
}
