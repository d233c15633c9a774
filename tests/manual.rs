//! The manual says nothing that is not there: the page of threats names tests that exist, and leaves out no threat.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// The page of threats, as the manual has it.
const THREATS: &str = include_str!("../src/manual/threats.md");

/// A row of the page: the threat's number, and the tests that are said to prove it.
struct Row {
    threat: usize,
    stops: &'static str,
    tests: Vec<&'static str>,
}

fn rows() -> Vec<Row> {
    let cells = |line: &'static str| -> Vec<&'static str> { line.split(" | ").map(str::trim).collect() };
    let row = |line: &'static str| {
        let line = line.strip_prefix("| ")?.strip_suffix(" |")?;
        let [number, _, stops, tests] = cells(line)[..] else { panic!("a row of four cells: {line}") };
        let threat = number.parse().ok()?;
        let tests = tests.split(", ").map(|name| name.trim_matches('`')).collect();
        Some(Row { threat, stops, tests })
    };
    THREATS
        .lines()
        .filter(|line| !line.starts_with("|-"))
        .filter(|line| !line.starts_with("| |"))
        .filter_map(row)
        .collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files_under(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_under(&path, extension, found);
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
}

/// Each test of the tree by its name, with the threats that it says it proves: by its name, or by the comment above it.
fn tests() -> BTreeMap<String, BTreeSet<usize>> {
    let mut files = Vec::new();
    files_under(&root().join("tests"), "rs", &mut files);
    files_under(&root().join("src"), "rs", &mut files);
    let mut found: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for file in files {
        let (mut comment, mut is_test) = (String::new(), false);
        for line in fs::read_to_string(file).unwrap().lines().map(str::trim) {
            if let Some(text) = line.strip_prefix("///") {
                comment.push_str(text);
            } else if line.starts_with("#[") {
                is_test |= line == "#[test]";
            } else {
                let name = line.strip_prefix("fn ").and_then(|rest| rest.split(['(', '<']).next());
                if let Some(name) = name.filter(|_| is_test) {
                    let told = found.entry(name.to_owned()).or_default();
                    told.extend(threats_in(&comment));
                    told.extend(threats_in(name));
                }
                (comment, is_test) = (String::new(), false);
            }
        }
    }
    found
}

/// The threats that a text speaks of: `threat 9`, `threats 7 and 12`, `threats 46, 47`, `threats 46 to 54`, `threat_09`.
fn threats_in(text: &str) -> BTreeSet<usize> {
    let text = text.to_lowercase();
    let mut found = BTreeSet::new();
    for rest in text.split("threat").skip(1) {
        let mut rest = rest.strip_prefix('s').unwrap_or(rest);
        let mut last = None;
        loop {
            let is_range = rest.starts_with(" to ");
            let separators = [", ", " and ", " to ", "_", " "];
            let Some(number) = separators.iter().find_map(|separator| rest.strip_prefix(separator)) else {
                break;
            };
            let digits = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
            let Ok(threat) = number[..digits].parse::<usize>() else { break };
            found.extend(last.filter(|_| is_range).unwrap_or(threat)..=threat);
            (rest, last) = (&number[digits..], Some(threat));
        }
    }
    found
}

fn assert_none(found: &[String], promise: &str) {
    assert!(found.is_empty(), "{promise}:\n{}", found.join("\n"));
}

#[test]
fn every_threat_has_a_row_and_the_numbers_have_no_gap() {
    let numbers: Vec<usize> = rows().iter().map(|row| row.threat).collect();
    assert!(numbers.len() >= 54, "the page is read as it is written");
    assert_eq!(numbers, (1..=numbers.len()).collect::<Vec<_>>());
    let proven: BTreeSet<usize> = tests().into_values().flatten().collect();
    let without: Vec<usize> = proven.into_iter().filter(|threat| !numbers.contains(threat)).collect();
    assert_eq!(without, [], "a test speaks of a threat that the page leaves out");
}

#[test]
fn every_test_that_the_page_names_is_there_and_speaks_of_its_threat() {
    let there = tests();
    let mut wrong = Vec::new();
    for Row { threat, stops, tests } in rows() {
        if stops.is_empty() || tests.is_empty() {
            wrong.push(format!("threat {threat}: nothing is said to stop it"));
        }
        for name in tests {
            match there.get(name) {
                None => wrong.push(format!("threat {threat}: there is no test `{name}`")),
                Some(told) if !told.contains(&threat) => {
                    wrong.push(format!("threat {threat}: `{name}` says nothing of it"));
                }
                Some(_) => {}
            }
        }
    }
    assert_none(&wrong, "the page of threats names what is there");
}

#[test]
fn the_numbers_in_a_text_are_found() {
    let cases: [(&str, &[usize]); 6] = [
        ("threat_09_a_replay", &[9]),
        ("gr_04_threat_08_threat_13_pairs", &[8, 13]),
        ("threats 46, 47 and 50: each", &[46, 47, 50]),
        ("Threats 46 to 49", &[46, 47, 48, 49]),
        ("AA-08, threat 41, threat 31: once", &[31, 41]),
        ("a threat to nobody", &[]),
    ];
    for (text, threats) in cases {
        assert_eq!(threats_in(text), threats.iter().copied().collect(), "{text}");
    }
}

/// The manual is documentation alone, and each of its pages is on its front page.
#[test]
fn every_page_is_a_module_and_holds_no_code() {
    let folder = root().join("src/manual");
    let front = fs::read_to_string(folder.join("mod.rs")).unwrap();
    let mut pages = Vec::new();
    files_under(&folder, "md", &mut pages);
    assert!(pages.len() >= 8);
    let mut wrong = Vec::new();
    for page in pages {
        let name = page.file_stem().unwrap().to_str().unwrap();
        let module = format!("#[doc = include_str!(\"{name}.md\")]\npub mod {name} {{}}");
        if !front.contains(&module) || !front.contains(&format!("//! | [`{name}`] |")) {
            wrong.push(format!("`{name}` is no page"));
        }
        let first = fs::read_to_string(&page).unwrap().lines().next().unwrap_or_default().to_owned();
        if first.is_empty() || first.starts_with('#') {
            wrong.push(format!("`{name}` does not begin with what it is about"));
        }
    }
    let is_doc = |line: &&str| line.is_empty() || line.starts_with("//!") || line.starts_with("#[doc");
    for line in front.lines().filter(|line| !is_doc(line)) {
        if !(line.starts_with("pub mod ") && line.ends_with(" {}")) {
            wrong.push(format!("code in the manual: {line}"));
        }
    }
    let mut sources = Vec::new();
    files_under(&folder, "rs", &mut sources);
    wrong.extend(
        sources.iter().filter(|path| !path.ends_with("mod.rs")).map(|path| path.display().to_string()),
    );
    assert_none(&wrong, "the manual is pages, and they are found");
}
