//! The layers of the source, held by reading it: imports point down only, and neighbors do not import each
//! other.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// From the top to the bottom. What stands on one line does not import each other.
const LAYERS: [&[&str]; 10] = [
    &["testing"],
    &["server"],
    &["store", "wire"],
    &["grant", "admin", "login", "review"],
    &["access"],
    &["change"],
    &["saml"],
    &["model"],
    &["audit"],
    &["value"],
];

/// Where futures may be made and awaited.
const ASYNC: [&str; 3] = ["store", "server", "testing"];

/// What the library never touches: it does no I/O and has no state of its own.
const BANNED: [&str; 14] = [
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::env",
    "std::thread",
    "SystemTime::now",
    "Instant::now",
    "now_utc",
    "thread_local!",
    "LazyLock",
    "OnceLock",
    "static mut",
    "println!",
];

struct Source {
    path: PathBuf,
    /// The folder or file directly under `src`.
    room: String,
    /// The lines before the tests, without comments.
    code: Vec<(usize, String)>,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    assert!(found.len() > 50, "the source is where this test looks for it");
    found
        .into_iter()
        .filter(|path| path.file_name().is_none_or(|name| name != "tests.rs"))
        .map(|path| {
            let inside = path.strip_prefix(&root).unwrap();
            let room = inside.components().next().unwrap().as_os_str().to_str().unwrap();
            let text = fs::read_to_string(&path).unwrap();
            let code = text
                .lines()
                .take_while(|line| *line != "#[cfg(test)]" && !line.starts_with("mod tests"))
                .enumerate()
                .filter(|(_, line)| !line.trim_start().starts_with("//"))
                .map(|(at, line)| (at + 1, line.to_owned()))
                .collect();
            Source { room: room.trim_end_matches(".rs").to_owned(), path, code }
        })
        .collect()
}

fn layer(room: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&room))
}

/// The rooms that a line names behind `crate::`.
fn imported(line: &str) -> impl Iterator<Item = &str> {
    line.split("crate::")
        .skip(1)
        .filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next())
}

fn assert_none(found: &[String], promise: &str) {
    assert!(found.is_empty(), "{promise}:\n{}", found.join("\n"));
}

#[test]
fn imports_point_down_only() {
    let mut found = Vec::new();
    for source in sources() {
        let Some(own) = layer(&source.room) else { continue };
        for (at, line) in &source.code {
            for room in imported(line).filter(|room| *room != source.room) {
                if layer(room).is_some_and(|other| other <= own) {
                    found.push(format!("{}:{at}: `{}` imports `{room}`", source.path.display(), source.room));
                }
            }
        }
    }
    assert_none(&found, "imports point down only");
}

#[test]
fn every_room_has_a_layer() {
    let rooms: Vec<String> = sources()
        .into_iter()
        .map(|source| source.room)
        .filter(|room| layer(room).is_none() && !["lib", "manual", "ready"].contains(&room.as_str()))
        .collect();
    assert_none(&rooms, "every folder of the source stands in the table");
}

#[test]
fn futures_are_awaited_in_the_shell_alone() {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| !ASYNC.contains(&source.room.as_str())) {
        for (at, line) in &source.code {
            if line.contains("async ") || line.contains(".await") {
                found.push(format!("{}:{at}", source.path.display()));
            }
        }
    }
    assert_none(&found, "`async` stands in the store, the server and the testing kit alone");
}

/// ST-01: no I/O, no clock, no thread, no global state.
#[test]
fn st_01_the_library_does_no_io_and_has_no_state() {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| source.room != "testing") {
        for (at, line) in &source.code {
            for banned in BANNED.iter().filter(|banned| line.contains(**banned)) {
                found.push(format!("{}:{at}: {banned}", source.path.display()));
            }
        }
    }
    assert_none(&found, "no I/O, clock, thread or global state");
}

/// threat 36: time comes from the argument alone. The testing kit may bound how long it waits for a store.
#[test]
fn threat_36_the_shell_has_no_clock() {
    for source in sources().iter().filter(|source| source.room != "testing") {
        for (at, line) in &source.code {
            let reads = line.contains("::now(") && !source.path.ends_with("timestamp.rs");
            assert!(!reads, "{}:{at} reads a clock", source.path.display());
        }
    }
}

#[test]
fn a_file_holds_one_idea() {
    let long: Vec<String> = sources()
        .iter()
        .filter(|source| source.code.last().is_some_and(|(at, _)| *at > 500))
        .map(|source| source.path.display().to_string())
        .collect();
    assert_none(&long, "no file is longer than 500 lines, tests apart");
}
