//! Runs in which one call to the file system fails: nothing is lost, nothing is silent.
//!
//! A small library (`fault.c`) makes the Nth call below the corpus fail: with an input/output error, with a full disk, with an interruption, or by
//! reading or writing half the bytes. After a faulted run the program must have ended without a panic, and with status 0 only if the corpus
//! is what a run without a fault makes it. Another run without a fault must make it that in any case, or what it would be if the file that
//! could not be read had come only then; and `verify` must find nothing.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests fail and print as tests do")]

#[path = "../shared/copy.rs"]
mod copy;
mod corpora;
#[path = "../shared/request.rs"]
mod request;
mod shim;
#[path = "../crash/site.rs"]
mod site;
#[path = "../shared/tree.rs"]
mod tree;

use std::fs;
use std::path::{Path, PathBuf};

use copy::copy;
use corpora::{Case, OF_RUNS};
use shim::{Fault, Faulted, KINDS, Shim, program};
use tree::{Tree, tree};

/// Fails some of a case's calls: every `step`th of each kind, from a place that differs from kind to kind. Gives what is wrong.
fn sweep(shim: &Shim, case: &Case, step: u64) -> Vec<String> {
    let whole = tempfile::tempdir().unwrap();
    copy(case.start.path(), whole.path());
    let counted = shim.run(whole.path(), &case.args, Fault { at: 0, kind: "EIO" });
    assert!(counted.output.status.success(), "{}: {}", case.name, String::from_utf8_lossy(&counted.output.stderr));
    assert!(counted.calls > 50, "{}: {} calls", case.name, counted.calls);
    let expected = tree(whole.path(), OF_RUNS);
    let mut wrong = Vec::new();
    for (index, kind) in KINDS.into_iter().enumerate() {
        let first = 1 + index as u64 * step / KINDS.len() as u64;
        for at in (first..=counted.calls).step_by(step as usize) {
            let fault = Fault { at, kind };
            if let Err(what) = check(shim, case, fault, &expected) {
                println!("{}: {fault:?}: {what}", case.name);
                wrong.push(format!("{}: {fault:?}: {what}", case.name));
            }
        }
    }
    println!("{}: {} calls, every {step}th of each kind", case.name, counted.calls);
    wrong
}

fn check(shim: &Shim, case: &Case, fault: Fault, expected: &Tree) -> Result<(), String> {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    copy(case.start.path(), root);
    let faulted = shim.run(root, &case.args, fault);
    let said = format!("{}: {}", faulted.call, String::from_utf8_lossy(&faulted.output.stderr));
    match faulted.output.status.code() {
        None => return Err(format!("killed: {said}")),
        Some(_) if said.contains("internal error") || said.contains("panicked") => return Err(format!("panic: {said}")),
        Some(0) => differs(root, expected).map_or(Ok(()), |what| Err(format!("status 0, but {what}: {said}")))?,
        // A configuration that cannot be read counts as wrong usage.
        Some(1..=3) => {}
        Some(code) => return Err(format!("status {code}: {said}")),
    }
    let after = program(root, &case.args).output().unwrap();
    if !after.status.success() {
        return Err(format!("the next run fails: {} (after {said})", String::from_utf8_lossy(&after.stderr)));
    }
    if let Some(what) = differs(root, expected) {
        // Of documents with the same text, the first one that was stored has it: a file that could not be read came later than its copies.
        let late = unread_input(&faulted, case, root).map(|input| whole_with_late(case, &input));
        if late.is_none_or(|late| differs(root, &late).is_some()) {
            return Err(format!("after the next run {what} (after {said})"));
        }
    }
    let verified = program(root, &["verify"]).output().unwrap();
    match verified.status.success() {
        true => Ok(()),
        false => Err(format!("verify: {} (after {said})", String::from_utf8_lossy(&verified.stdout))),
    }
}

/// The user's file that the faulted run said it could not read, below the root.
fn unread_input(faulted: &Faulted, case: &Case, root: &Path) -> Option<PathBuf> {
    let (_, path) = faulted.call.split_once(' ')?;
    let path = Path::new(path);
    let input = path.strip_prefix(root).or_else(|_| path.strip_prefix(".")).ok()?;
    let is_input = input.starts_with("raw") && case.start.path().join(input).is_file();
    let is_said = String::from_utf8_lossy(&faulted.output.stderr).contains(&format!("failed to read ./{}", input.display()));
    (is_input && is_said && faulted.output.status.code() == Some(3)).then(|| input.to_path_buf())
}

/// What runs without a fault make of the corpus if this file is there only for the second one.
fn whole_with_late(case: &Case, input: &Path) -> Tree {
    let dir = tempfile::tempdir().unwrap();
    let (root, aside) = (dir.path().join("corpus"), dir.path().join("aside"));
    copy(case.start.path(), &root);
    for (from, to) in [(root.join(input), aside.clone()), (aside, root.join(input))] {
        fs::rename(from, to).unwrap();
        assert!(program(&root, &case.args).status().unwrap().success(), "{}, without {}", case.name, input.display());
    }
    tree(&root, OF_RUNS)
}

fn differs(root: &Path, expected: &Tree) -> Option<String> {
    let found = tree(root, OF_RUNS);
    let paths = found.keys().chain(expected.keys()).filter(|path| found.get(*path) != expected.get(*path));
    let paths: std::collections::BTreeSet<_> = paths.collect();
    (!paths.is_empty()).then(|| format!("{paths:?} differ"))
}

fn sweep_all(select: &dyn Fn(&str) -> bool, step: u64) {
    let shim = Shim::build();
    let mut wrong = Vec::new();
    for case in Case::all().iter().filter(|case| select(case.name)) {
        wrong.extend(sweep(&shim, case, step));
    }
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
#[ignore = "needs a C compiler"]
fn cc_faults_lose_nothing_and_are_not_silent() {
    sweep_all(&|_| true, 151);
}

/// `GLEANER_FAULTS=clean` selects the cases whose name begins so, `GLEANER_FAULTS_STEP=7` takes every seventh call.
#[test]
#[ignore = "slow"]
fn slow_every_fault_loses_nothing_and_is_not_silent() {
    let (name, step) = (std::env::var("GLEANER_FAULTS").unwrap_or_default(), std::env::var("GLEANER_FAULTS_STEP"));
    let step = step.ok().and_then(|step| step.parse().ok()).unwrap_or(1);
    sweep_all(&|case| case.starts_with(&name), step);
}
