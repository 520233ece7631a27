//! How names of imports and exports are matched.
//!
//! A name is found exactly as written, else under another version of the same semver track (the highest one),
//! else without a version. Versions of one track are compatible: equal major versions from 1.0.0 on, equal minor
//! versions of 0.x, and nothing else for 0.0.x and pre-releases. The JS loader matches in the same way.

use indexmap::IndexMap;

/// Finds what `name` stands for.
pub(crate) fn lookup<'a, V>(map: &'a IndexMap<String, V>, name: &str) -> Option<&'a V> {
    map.get_index(position(map, name)?).map(|(_, value)| value)
}

/// Finds where what `name` stands for is.
pub(crate) fn position<V>(map: &IndexMap<String, V>, name: &str) -> Option<usize> {
    if let Some(found) = map.get_index_of(name) {
        return Some(found);
    }
    let (base, version) = name.split_once('@')?;
    if let Some(track) = track(version) {
        let same_track = |(index, key): (usize, &String)| {
            let (key_base, key_version) = key.split_once('@')?;
            let matches = key_base == base && self::track(key_version) == Some(track);
            matches.then(|| (numbers(key_version), index))
        };
        if let Some((_, found)) = map.keys().enumerate().filter_map(same_track).max() {
            return Some(found);
        }
    }
    map.get_index_of(base)
}

/// The part of a version that compatible versions share.
fn track(version: &str) -> Option<(u64, u64)> {
    let (major, minor, _) = numbers(version)?;
    match (major, minor) {
        (0, 0) => None,
        (0, minor) => Some((0, minor)),
        (major, _) => Some((major, 0)),
    }
}

/// The three numbers of a version that is no pre-release.
fn numbers(version: &str) -> Option<(u64, u64, u64)> {
    let release = version.split('+').next()?;
    if release.contains('-') {
        return None;
    }
    let mut parts = release.split('.').map(|part| part.parse().ok());
    let numbers = (parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::lookup;
    use indexmap::IndexMap;

    fn find(keys: &[&str], name: &str) -> Option<String> {
        let map: IndexMap<String, String> = keys.iter().map(|k| (k.to_string(), k.to_string())).collect();
        lookup(&map, name).cloned()
    }

    #[test]
    fn exact_names_come_first() {
        assert_eq!(find(&["a:b/c", "a:b/c@0.2.1", "a:b/c@0.2.0"], "a:b/c@0.2.0").unwrap(), "a:b/c@0.2.0");
    }

    #[test]
    fn the_highest_version_of_the_track_comes_next() {
        let keys = ["a:b/c@0.2.1", "a:b/c@0.2.10", "a:b/c@0.2.9", "a:b/c@0.3.0", "a:b/c"];
        assert_eq!(find(&keys, "a:b/c@0.2.4").unwrap(), "a:b/c@0.2.10");
        assert_eq!(find(&["a:b/c@1.0.0"], "a:b/c@1.9.3").unwrap(), "a:b/c@1.0.0");
    }

    #[test]
    fn tracks_do_not_mix() {
        assert_eq!(find(&["a:b/c@0.3.0"], "a:b/c@0.2.0"), None);
        assert_eq!(find(&["a:b/c@0.0.2"], "a:b/c@0.0.1"), None);
        assert_eq!(find(&["a:b/c@0.2.0"], "a:b/c@0.2.0-rc"), None);
        assert_eq!(find(&["a:b/d@0.2.0"], "a:b/c@0.2.0"), None);
    }

    #[test]
    fn an_unversioned_name_serves_any_version() {
        assert_eq!(find(&["a:b/c"], "a:b/c@0.0.7").unwrap(), "a:b/c");
        assert_eq!(find(&["a:b/c@0.0.7"], "a:b/c"), None);
    }
}
