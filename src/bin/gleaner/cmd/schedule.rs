//! `gleaner schedule`: the crontab line or the systemd timer, printed, installed or removed.

use std::fmt::Write;

use gleaner::schedule::systemd::Activation;
use gleaner::schedule::{Every, Job, crontab, systemd};

use super::{Context, absolute};
use crate::args::Schedule;
use crate::exit::{Exit, Failure, say};
use crate::print::out;

/// Prints, installs or removes.
pub fn schedule(context: &Context, args: &Schedule) -> Result<Exit, Failure> {
    // The interval first: a mistake in it has nothing to do with the corpus.
    let every = args.interval()?;
    let loaded = context.load()?;
    let root = absolute(&loaded.root)?;
    let Some(every) = every else { return remove(&root, args.systemd) };
    let config = loaded.path.as_deref().map(absolute).transpose()?;
    let program = std::env::current_exe().map_err(|error| Failure::io("find", "the gleaner binary", &error))?;
    let job = Job { program, root, config, every };
    match (args.systemd, args.install) {
        (false, false) => out(&format!("{}\n", crontab::line(&job)?))?,
        (false, true) => {
            crontab::install(&job)?;
            out(&installed("crontab", every, &job))?;
        }
        (true, false) => {
            let units = systemd::units(&job)?;
            out(&format!("# {0}.service\n{1}\n# {0}.timer\n{2}", units.name, units.service, units.timer))?;
        }
        (true, true) => {
            let activation = systemd::install(&job, &systemd::unit_dir()?)?;
            out(&installed("systemd timer", every, &job))?;
            let enable = format!("switch it on with `systemctl --user enable --now {}.timer`", systemd::name(&job.root));
            warn_of_files_only(&activation, "reach systemd, the unit files are written", &enable);
        }
    }
    Ok(Exit::Done)
}

fn installed(kind: &str, every: Every, job: &Job) -> String {
    format!("installed in the {kind}: `gleaner run` every {every} for {}\n", job.root.display())
}

fn remove(root: &std::path::Path, systemd: bool) -> Result<Exit, Failure> {
    let removed = if systemd {
        let activation = systemd::remove(root, &systemd::unit_dir()?)?;
        if let Some(activation) = &activation {
            let hint = "a timer that runs elsewhere stops with the user's next login";
            warn_of_files_only(activation, "reach systemd, the unit files are gone", hint);
        }
        activation.is_some()
    } else {
        crontab::remove(root)?
    };
    let mut line = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(line, "{} for {}", if removed { "removed the schedule" } else { "there is no schedule" }, root.display());
    out(&line)?;
    Ok(Exit::Done)
}

/// The files are as asked: a warning, no failure.
fn warn_of_files_only(activation: &Activation, what: &str, hint: &str) {
    if let Activation::FilesOnly { reason } = activation {
        say("could not ", &format!("{what}: {reason}"), Some(hint));
    }
}
