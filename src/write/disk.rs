//! Bundles on disk: all or nothing, and nobody else's files are touched.
//!
//! All files are first written beside their places under temporary names; only when that succeeded are they
//! renamed, the plan last, since it is what others open. If a rename fails, the ones before it are undone.
//!
//! An existing file is replaced only if it is known to be corefuse's: the plan if it says so, another file if the
//! plan that is there lists its name and the hash of its content, or if its own last line has that hash. Files which
//! that plan lists and the new bundle has not are removed.

use super::seal::is_sealed;
use super::{Bundle, plan_file};
use crate::plan::check_file_name;
use anyhow::{Context, Result, bail};
use indexmap::IndexMap;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// Writes `bundle` into `directory`, which is made if it does not exist. Returns the paths, in the bundle's order.
///
/// # Errors
/// A file that corefuse did not write is in the way, or the system reports an error; then the directory is as it
/// was before, and is not there if it was not.
pub fn write(bundle: &Bundle<'_>, directory: &Path) -> Result<Vec<PathBuf>> {
    write_unless(bundle, directory, &|| false)
}

/// As [`write()`], but gives up if `is_cancelled` says so before the first file is at its place.
///
/// # Errors
/// Those of [`write()`], and one where it was cancelled.
pub fn write_unless(
    bundle: &Bundle<'_>,
    directory: &Path,
    is_cancelled: &dyn Fn() -> bool,
) -> Result<Vec<PathBuf>> {
    if fs::metadata(directory).is_ok_and(|found| !found.is_dir()) {
        bail!("cannot write to {}: it is not a directory", directory.display());
    }
    let previous = Previous::read(directory, &bundle.plan.name)?;
    let mut changed = Vec::new();
    for (name, bytes) in &bundle.files {
        if previous.must_write(directory, name, bytes)? {
            changed.push((name.as_str(), &bytes[..]));
        }
    }
    let directories = NewDirectories::create(directory)?;
    let mut files = Replacement::default();
    for (name, bytes) in changed {
        files.stage(directory, name, bytes)?;
        if is_cancelled() {
            bail!("interrupted; nothing was changed in {}", directory.display());
        }
    }
    files.commit()?;
    directories.keep();
    previous.remove_stale(directory, bundle);
    Ok(bundle.files.keys().map(|name| directory.join(name)).collect())
}

/// The bundle of the same name that is in the directory, as far as its plan tells.
#[derive(Default)]
struct Previous {
    plan: String,
    /// Hashes of modules and bindings by file name.
    files: IndexMap<String, String>,
}

/// As much of a plan of any version as is needed to recognise the files of its bundle.
#[derive(Deserialize)]
struct AnyPlan {
    tool: String,
    name: String,
    #[serde(default)]
    modules: Vec<AnyFile>,
    #[serde(default)]
    bindings: Vec<AnyFile>,
}

#[derive(Deserialize)]
struct AnyFile {
    file: String,
    sha256: String,
}

impl Previous {
    fn read(directory: &Path, name: &str) -> Result<Previous> {
        let plan = plan_file(name);
        let path = directory.join(&plan);
        let json = match fs::read(&path) {
            Ok(json) => json,
            // A place that cannot be a directory is reported where it is to become one.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(Previous::default());
            }
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
        };
        match serde_json::from_slice::<AnyPlan>(&json) {
            Ok(old) if old.tool.starts_with("corefuse ") && old.name == name => {
                // A plan may come from anywhere, so only plain file names are believed.
                let listed = old.modules.into_iter().chain(old.bindings);
                let plain = listed.filter(|file| check_file_name(&file.file).is_ok());
                let files = plain.map(|file| (file.file, file.sha256)).collect();
                Ok(Previous { plan, files })
            }
            Ok(_) | Err(_) => Ok(Previous::default()),
        }
    }

    /// Whether `name` has to be written: not if it is there with these bytes.
    fn must_write(&self, directory: &Path, name: &str, bytes: &[u8]) -> Result<bool> {
        let path = directory.join(name);
        let Some(existing) = Existing::read(&path, bytes)? else {
            return Ok(true);
        };
        let is_listed = name == self.plan || self.files.get(name) == Some(&existing.sha256);
        // The name is of a file that bindings can have; others are not read at once.
        let is_ours = is_listed || (is_text(name) && fs::read(&path).is_ok_and(|bytes| is_sealed(&bytes)));
        if !is_ours && !existing.same {
            bail!(
                "{} exists and corefuse did not write it, or it was changed since; remove it, or choose another \
                 directory (-o) or name (--name)",
                path.display()
            );
        }
        Ok(!existing.same)
    }

    /// Removes what the previous bundle had and `bundle` has not. That a file cannot be removed is no failure:
    /// the new bundle is complete.
    fn remove_stale(&self, directory: &Path, bundle: &Bundle<'_>) {
        if !self.plan.is_empty() && !bundle.files.contains_key(&self.plan) {
            fs::remove_file(directory.join(&self.plan)).ok();
        }
        for (name, sha256) in self.files.iter().filter(|(name, _)| !bundle.files.contains_key(*name)) {
            let path = directory.join(name);
            if Existing::read(&path, &[]).is_ok_and(|old| old.is_some_and(|old| old.sha256 == *sha256)) {
                fs::remove_file(&path).ok();
            }
        }
    }
}

fn is_text(name: &str) -> bool {
    name.ends_with(".js") || name.ends_with(".ts")
}

/// What is known of a file that is there already.
struct Existing {
    sha256: String,
    /// Its bytes are the expected ones.
    same: bool,
}

impl Existing {
    /// Reads the file piece by piece, as it may be large; `None` if there is none.
    fn read(path: &Path, expected: &[u8]) -> Result<Option<Existing>> {
        let unreadable = || format!("cannot replace {}", path.display());
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(error) => return Err(error).with_context(unreadable),
        };
        let (mut hash, mut rest, mut same) = (Sha256::new(), expected, true);
        let mut buffer = vec![0; 1 << 16];
        loop {
            let piece = match file.read(&mut buffer).with_context(unreadable)? {
                0 => break,
                n => &buffer[..n],
            };
            hash.update(piece);
            match rest.strip_prefix(piece) {
                Some(after) => rest = after,
                None => same = false,
            }
        }
        let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Some(Existing { sha256, same: same && rest.is_empty() }))
    }
}

/// Directories that were made for a bundle, the outermost first. Dropping it removes them again where they are empty.
struct NewDirectories(Vec<PathBuf>);

impl NewDirectories {
    /// Makes `directory` and those that it is in, as far as they are not there.
    fn create(directory: &Path) -> Result<NewDirectories> {
        let is_missing = |path: &&Path| !path.as_os_str().is_empty() && !path.exists();
        let mut missing: Vec<_> = directory.ancestors().take_while(is_missing).map(Path::to_owned).collect();
        missing.reverse();
        let made = NewDirectories(missing);
        fs::create_dir_all(directory).with_context(|| format!("cannot create {}", directory.display()))?;
        Ok(made)
    }

    fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for NewDirectories {
    fn drop(&mut self) {
        for directory in self.0.iter().rev() {
            fs::remove_dir(directory).ok();
        }
    }
}

/// Files on their way to their places. Dropping it removes what did not get there.
#[derive(Default)]
struct Replacement {
    staged: Vec<Staged>,
    /// Places that were taken, with what was there before, for undoing.
    placed: Vec<(PathBuf, Option<PathBuf>)>,
}

struct Staged {
    temporary: PathBuf,
    place: PathBuf,
}

impl Replacement {
    /// Writes a file under a temporary name.
    fn stage(&mut self, directory: &Path, name: &str, bytes: &[u8]) -> Result<()> {
        let temporary = hidden(directory, name, "new");
        let place = directory.join(name);
        let mut file = create(&temporary).with_context(|| format!("cannot write {}", place.display()))?;
        self.staged.push(Staged { temporary, place });
        file.write_all(bytes).with_context(|| format!("cannot write {}", directory.join(name).display()))
    }

    /// Moves all staged files to their places, or none.
    fn commit(mut self) -> Result<()> {
        let staged = std::mem::take(&mut self.staged);
        let mut staged = staged.into_iter();
        for Staged { temporary, place } in staged.by_ref() {
            if let Err(error) = self.put(&temporary, &place) {
                fs::remove_file(&temporary).ok();
                self.staged = staged.collect();
                self.undo();
                return Err(error).with_context(|| format!("cannot replace {}", place.display()));
            }
        }
        for backup in self.placed.iter().filter_map(|(_, backup)| backup.as_ref()) {
            fs::remove_file(backup).ok();
        }
        Ok(())
    }

    fn put(&mut self, temporary: &Path, place: &Path) -> std::io::Result<()> {
        let backup = match (place.parent(), place.file_name()) {
            (Some(directory), Some(name)) => hidden(directory, &name.to_string_lossy(), "old"),
            (None, _) | (_, None) => return Err(ErrorKind::InvalidInput.into()),
        };
        fs::remove_file(&backup).ok();
        let kept = match fs::hard_link(place, &backup).or_else(|_| fs::copy(place, &backup).map(drop)) {
            Ok(()) => Some(backup),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        if let Err(error) = fs::rename(temporary, place) {
            kept.iter().for_each(|backup| drop(fs::remove_file(backup)));
            return Err(error);
        }
        self.placed.push((place.to_owned(), kept));
        Ok(())
    }

    fn undo(&mut self) {
        for (place, backup) in self.placed.drain(..).rev() {
            match backup {
                Some(backup) => fs::rename(backup, &place).ok(),
                None => fs::remove_file(&place).ok(),
            };
        }
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        for staged in &self.staged {
            fs::remove_file(&staged.temporary).ok();
        }
    }
}

/// A name beside `name` for the time of writing; the process number keeps two builds apart.
fn hidden(directory: &Path, name: &str, what: &str) -> PathBuf {
    directory.join(format!(".{name}.{what}-{}", std::process::id()))
}

/// Creates a file that a build with the same process number may have left behind when it was killed.
fn create(path: &Path) -> std::io::Result<File> {
    match File::create_new(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            fs::remove_file(path)?;
            File::create_new(path)
        }
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::{Replacement, write, write_unless};
    use crate::write::Bundle;
    use crate::write::tests::bundle;
    use std::fs;
    use std::path::Path;

    fn listing(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = entries.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn refusal(bundle: &Bundle<'_>, directory: &Path) -> String {
        format!("{:#}", write(bundle, directory).unwrap_err())
    }

    #[test]
    fn a_bundle_replaces_its_predecessor_and_removes_what_is_stale() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("new/dir");
        write(&bundle("app", &[b"one", b"two"]), &dir).unwrap();
        assert_eq!(listing(&dir), ["app.core0.wasm", "app.core1.wasm", "app.plan.json"]);
        write(&bundle("app", &[b"three"]), &dir).unwrap();
        assert_eq!(listing(&dir), ["app.core0.wasm", "app.plan.json"]);
        assert_eq!(fs::read(dir.join("app.core0.wasm")).unwrap(), b"three");
    }

    #[test]
    fn foreign_and_changed_files_are_kept_and_nothing_is_left_behind() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        fs::write(dir.join("app.core1.wasm"), b"mine").unwrap();
        let error = refusal(&bundle("app", &[b"one", b"two"]), dir);
        assert!(error.contains("app.core1.wasm exists and corefuse did not write it"), "{error}");
        assert_eq!(listing(dir), ["app.core1.wasm"]);

        fs::remove_file(dir.join("app.core1.wasm")).unwrap();
        write(&bundle("app", &[b"one", b"two"]), dir).unwrap();
        fs::write(dir.join("app.core0.wasm"), b"edited").unwrap();
        let error = refusal(&bundle("app", &[b"three"]), dir);
        assert!(error.contains("app.core0.wasm exists"), "{error}");
        assert_eq!(fs::read(dir.join("app.core1.wasm")).unwrap(), b"two");
    }

    #[test]
    fn a_changed_stale_file_and_other_bundles_are_kept() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        write(&bundle("app", &[b"one", b"two"]), dir).unwrap();
        write(&bundle("other", &[b"one"]), dir).unwrap();
        fs::write(dir.join("app.core1.wasm"), b"edited").unwrap();
        write(&bundle("app", &[b"one"]), dir).unwrap();
        let names =
            ["app.core0.wasm", "app.core1.wasm", "app.plan.json", "other.core0.wasm", "other.plan.json"];
        assert_eq!(listing(dir), names);
    }

    #[test]
    fn a_bundle_that_is_not_written_leaves_no_directory_behind() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("new/dir");
        let error = write_unless(&bundle("app", &[b"one"]), &dir, &|| true).unwrap_err().to_string();
        assert!(error.starts_with("interrupted; nothing was changed in "), "{error}");
        assert!(listing(root.path()).is_empty());
        fs::write(root.path().join("new"), "").unwrap();
        assert!(refusal(&bundle("app", &[b"one"]), &dir).starts_with("cannot create "));
        assert_eq!(listing(root.path()), ["new"]);
    }

    #[test]
    fn a_foreign_plan_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("app.plan.json"), r#"{"tool": "other 1.0", "name": "app"}"#).unwrap();
        let error = refusal(&bundle("app", &[b"one"]), dir.path());
        assert!(error.contains("app.plan.json exists"), "{error}");
    }

    #[test]
    fn a_plan_cannot_make_corefuse_touch_files_elsewhere() {
        let dir = tempfile::tempdir().unwrap();
        let victim = dir.path().join("victim");
        fs::write(&victim, b"one").unwrap();
        let out = dir.path().join("out");
        let mut evil = bundle("app", &[b"one"]);
        let plan = evil.files.get_mut("app.plan.json").unwrap().to_mut();
        *plan = String::from_utf8(plan.clone()).unwrap().replace("app.core0.wasm", "../victim").into_bytes();
        evil.files.shift_remove("app.core0.wasm");
        write(&evil, &out).unwrap();
        write(&bundle("app", &[b"two"]), &out).unwrap();
        assert_eq!(fs::read(&victim).unwrap(), b"one");
    }

    #[test]
    fn a_rename_that_fails_undoes_the_ones_before_it() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        fs::write(dir.join("a"), b"old").unwrap();
        let mut files = Replacement::default();
        for name in ["a", "b", "c", "d"] {
            files.stage(dir, name, b"new").unwrap();
        }
        fs::create_dir(dir.join("c")).unwrap();
        files.commit().unwrap_err();
        assert_eq!(listing(dir), ["a", "c"]);
        assert_eq!(fs::read(dir.join("a")).unwrap(), b"old");
    }
}
