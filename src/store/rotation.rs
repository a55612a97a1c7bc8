//! Removes the journals of old runs, by their number and age, each with what it takes to undo the run. Touches nothing else in the folder.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::config::JournalConfig;
use super::failure::{Error, io_error};
use super::layout::Layout;
use super::{journal, undo};
use gleaner_extract::base::time::Timestamp;

const SECONDS_PER_DAY: i64 = 86_400;

/// Removes the journals that are not to be kept, and returns how many there were. `current` is the journal of the run that calls this, under the
/// corpus lock: no other run is under way, and its own journal stays, whatever the clock says. So does the newest one.
pub fn rotate(layout: &Layout, current: &Path, keep: JournalConfig, now: Timestamp) -> Result<u64, Error> {
    let mut journals = journal::named_by_time(layout)?;
    journals.pop();
    // Newest first: the newest one and its predecessors count.
    journals.reverse();
    let oldest = match keep.keep_days {
        0 => None,
        days => Some(now.unix() - i64::from(days) * SECONDS_PER_DAY),
    };
    let mut removed = 0;
    for (index, (started, name)) in journals.iter().enumerate() {
        let is_surplus = keep.keep_runs > 0 && index + 1 >= keep.keep_runs;
        let is_old = oldest.is_some_and(|oldest| started.unix() < oldest);
        let path = layout.log.join(name);
        if (!is_surplus && !is_old) || path == current {
            continue;
        }
        removed += u64::from(remove(&path)?);
        remove(&undo::of_journal(layout, name))?;
    }
    Ok(removed)
}

/// Removes a file; false if there is none.
fn remove(path: &Path) -> Result<bool, Error> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(io_error("remove the journal", path)(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::journal::Journal;
    use super::*;

    const DAY: i64 = SECONDS_PER_DAY;
    const NOW: i64 = 1_698_400_800;

    fn journals(layout: &Layout, days_ago: &[i64]) -> Vec<Journal> {
        days_ago.iter().map(|days| Journal::create(layout, Timestamp::from_unix(NOW - days * DAY)).unwrap()).collect()
    }

    fn left(layout: &Layout) -> usize {
        fs::read_dir(&layout.log).unwrap().count()
    }

    #[test]
    fn journals_are_removed_by_number_and_age() {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::at(dir.path());
        let all = journals(&layout, &[100, 91, 89, 1, 1, 0]);
        let current = all.last().unwrap().path();
        fs::write(layout.log.join("notes.jsonl"), "mine").unwrap();
        let rotate = |keep_runs, keep_days| {
            super::rotate(&layout, current, JournalConfig { keep_runs, keep_days }, Timestamp::from_unix(NOW)).unwrap()
        };
        assert_eq!((rotate(0, 0), left(&layout)), (0, 7));
        assert_eq!((rotate(0, 90), left(&layout)), (2, 5));
        assert_eq!((rotate(3, 90), left(&layout)), (1, 4));
        assert!(current.is_file() && all[3].path().is_file() && all[4].path().is_file() && !all[2].path().exists());
        assert_eq!((rotate(1, 1), left(&layout)), (2, 2), "what is not named like a journal stays");
        assert!(current.is_file());
    }

    #[test]
    fn the_journal_of_the_run_and_the_newest_one_stay_whatever_the_clock_says() {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::at(dir.path());
        // The clock was set back: the run's own journal is the oldest.
        let all = journals(&layout, &[200, 10, 5]);
        let removed = rotate(&layout, all[0].path(), JournalConfig { keep_runs: 1, keep_days: 1 }, Timestamp::from_unix(NOW));
        assert_eq!(removed.unwrap(), 1);
        assert!(all[0].path().is_file() && all[2].path().is_file() && !all[1].path().exists());
    }
}
