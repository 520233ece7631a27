//! What is measured: components in text form whose exports make many calls of one kind.

/// A kind of call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    /// The host calls `add(u32, u32) -> u32`.
    AddIn,
    /// The host calls `length(string) -> u32` with a string of 16 bytes.
    StringIn,
    /// The host calls `sum(list<u32>) -> u32` with 1,024 elements.
    ListIn,
    /// A guest calls `add(u32, u32) -> u32` of the host.
    AddOut,
    /// A guest calls `length(string) -> u32` of the host with a string of 16 bytes.
    StringOut,
    /// A guest calls `add(u32, u32) -> u32` of another guest.
    AddAcross,
    /// A guest calls `length(string) -> u32` of another guest with a string of 16 bytes.
    StringAcross,
}

impl Case {
    pub(crate) const ALL: [Case; 7] = [
        Case::AddIn,
        Case::StringIn,
        Case::ListIn,
        Case::AddOut,
        Case::StringOut,
        Case::AddAcross,
        Case::StringAcross,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Case::AddIn => "host to guest, add(u32, u32)",
            Case::StringIn => "host to guest, string of 16 B",
            Case::ListIn => "host to guest, list<u32> of 1,024",
            Case::AddOut => "guest to host, add(u32, u32)",
            Case::StringOut => "guest to host, string of 16 B",
            Case::AddAcross => "guest to guest, add(u32, u32)",
            Case::StringAcross => "guest to guest, string of 16 B",
        }
    }

    /// The export that makes the calls: itself, or one that loops as often as it is told.
    pub(crate) fn export(self) -> &'static str {
        match self {
            Case::AddIn => "add",
            Case::StringIn => "length",
            Case::ListIn => "sum",
            Case::AddOut => "add-out",
            Case::StringOut => "string-out",
            Case::AddAcross => "add-across",
            Case::StringAcross => "string-across",
        }
    }
}

/// The string that is passed.
pub(crate) const TEXT: &str = "sixteen letters.";

/// Elements of the list that is passed.
pub(crate) const ELEMENTS: u32 = 1024;

/// The component: imports `add` and `length`, exports what [`Case::export`] names.
pub(crate) const COMPONENT: &str = r#"(component
  (import "add" (func $host-add (param "a" u32) (param "b" u32) (result u32)))
  (import "length" (func $host-length (param "s" string) (result u32)))
  (component $Library
    (core module $m
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
      (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
      (func (export "length") (param i32 i32) (result i32) (local.get 1))
      (func (export "sum") (param $at i32) (param $n i32) (result i32) (local $sum i32)
        (loop $l
          (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $at))))
          (local.set $at (i32.add (local.get $at) (i32.const 4)))
          (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
        (local.get $sum)))
    (core instance $i (instantiate $m))
    (alias core export $i "memory" (core memory $memory))
    (alias core export $i "realloc" (core func $realloc))
    (func (export "add") (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $i "add")))
    (func (export "length") (param "s" string) (result u32)
      (canon lift (core func $i "length") (memory $memory) (realloc $realloc)))
    (func (export "sum") (param "of" (list u32)) (result u32)
      (canon lift (core func $i "sum") (memory $memory) (realloc $realloc))))
  (component $Caller
    (import "add" (func $add (param "a" u32) (param "b" u32) (result u32)))
    (import "length" (func $length (param "s" string) (result u32)))
    (core module $memory (memory (export "memory") 1) (data (i32.const 64) "sixteen letters."))
    (core instance $memory (instantiate $memory))
    (core func $add (canon lower (func $add)))
    (core func $length (canon lower (func $length) (memory (core memory $memory "memory"))))
    (core module $m
      (import "" "add" (func $add (param i32 i32) (result i32)))
      (import "" "length" (func $length (param i32 i32) (result i32)))
      (func (export "adds") (param $n i32) (result i32) (local $sum i32)
        (loop $l
          (local.set $sum (call $add (local.get $sum) (local.get $n)))
          (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
        (local.get $sum))
      (func (export "lengths") (param $n i32) (result i32) (local $sum i32)
        (loop $l
          (local.set $sum (i32.add (local.get $sum) (call $length (i32.const 64) (i32.const 16))))
          (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
        (local.get $sum)))
    (core instance $i (instantiate $m (with "" (instance (export "add" (func $add)) (export "length" (func $length))))))
    (func (export "adds") (param "n" u32) (result u32) (canon lift (core func $i "adds")))
    (func (export "lengths") (param "n" u32) (result u32) (canon lift (core func $i "lengths"))))
  (instance $library (instantiate $Library))
  (instance $across (instantiate $Caller
    (with "add" (func $library "add")) (with "length" (func $library "length"))))
  (instance $out (instantiate $Caller (with "add" (func $host-add)) (with "length" (func $host-length))))
  (export "add" (func $library "add"))
  (export "length" (func $library "length"))
  (export "sum" (func $library "sum"))
  (export "add-out" (func $out "adds"))
  (export "string-out" (func $out "lengths"))
  (export "add-across" (func $across "adds"))
  (export "string-across" (func $across "lengths")))"#;
