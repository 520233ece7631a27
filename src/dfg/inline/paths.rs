//! Names of component instances, for people: from the root down, unique, and of bounded length.

use std::collections::{HashMap, HashSet};

/// Longest name of one instance in a path, in characters.
const MAX_SEGMENT: usize = 64;
/// Longest path, in characters; the middle is left out of longer ones.
const MAX_PATH: usize = 240;

/// The paths given out so far.
#[derive(Default)]
pub(super) struct Paths {
    used: HashSet<String>,
    /// How many paths were asked for that begin alike.
    repeats: HashMap<String, usize>,
}

impl Paths {
    /// The root's path.
    pub(super) fn root(&mut self) -> String {
        self.claim("root".to_string())
    }

    /// A path for an instance called `segment` in the body of the instance at `parent`.
    pub(super) fn child(&mut self, parent: &str, segment: &str) -> String {
        let segment = shorten(segment, MAX_SEGMENT);
        self.claim(format!("{}/{segment}", shorten(parent, MAX_PATH - MAX_SEGMENT)))
    }

    fn claim(&mut self, wanted: String) -> String {
        if self.used.insert(wanted.clone()) {
            return wanted;
        }
        let repeats = self.repeats.entry(wanted.clone()).or_insert(1);
        loop {
            *repeats += 1;
            let path = format!("{wanted}#{repeats}");
            if self.used.insert(path.clone()) {
                return path;
            }
        }
    }
}

/// `text`, or its beginning and end with `…` between if it is longer than `max` characters.
pub(super) fn shorten(text: &str, max: usize) -> String {
    let length = text.chars().count();
    if length <= max {
        return text.to_string();
    }
    let half = max / 2 - 1;
    let start: String = text.chars().take(half).collect();
    let end: String = text.chars().skip(length - half).collect();
    format!("{start}…{end}")
}

#[cfg(test)]
mod tests {
    use super::{MAX_PATH, Paths, shorten};

    #[test]
    fn paths_are_unique_and_bounded() {
        let mut paths = Paths::default();
        let root = paths.root();
        assert_eq!(paths.child(&root, "a"), "root/a");
        assert_eq!(paths.child(&root, "a#2"), "root/a#2");
        assert_eq!(paths.child(&root, "a"), "root/a#3");
        let mut path = root;
        for _ in 0..1000 {
            path = paths.child(&path, &"x".repeat(1000));
        }
        assert!(path.chars().count() < MAX_PATH + 8, "{path}");
    }

    #[test]
    fn shortening_keeps_both_ends() {
        assert_eq!(shorten("abcdefghij", 10), "abcdefghij");
        assert_eq!(shorten("abcdefghijk", 10), "abcd…hijk");
    }
}
