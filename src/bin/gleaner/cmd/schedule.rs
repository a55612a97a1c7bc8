//! `gleaner schedule`: prints, installs or removes a crontab line or a systemd timer.

use std::fmt::Write;

use gleaner::schedule::systemd::Activation;
use gleaner::schedule::{Every, Job, crontab, systemd};

use super::context::{Context, absolute};
use crate::args::ScheduleArgs;
use crate::exit::{Exit, Failure, print_message};
use crate::print::out;
use gleaner_extract::base::path_text::path_text;

/// Prints, installs or removes.
pub fn schedule(context: &Context, args: &ScheduleArgs) -> Result<Exit, Failure> {
    // Check the interval first: it can be wrong whatever the state of the corpus.
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
            out(&installed("crontab line", every, &job))?;
        }
        (true, false) => {
            let units = systemd::units(&job)?;
            out(&format!("# {0}.service\n{1}\n# {0}.timer\n{2}", units.name, units.service, units.timer))?;
        }
        (true, true) => {
            let activation = systemd::install(&job, &systemd::unit_dir()?)?;
            out(&installed("systemd timer", every, &job))?;
            let enable = format!("enable it with `systemctl --user enable --now {}.timer`", systemd::name(&job.root));
            warn_if_not_activated(&activation, "reach systemd, but the unit files are written", &enable);
        }
    }
    Ok(Exit::Done)
}

fn installed(kind: &str, every: Every, job: &Job) -> String {
    format!("installed a {kind}: `gleaner run` every {every} for {}\n", path_text(&job.root))
}

fn remove(root: &std::path::Path, systemd: bool) -> Result<Exit, Failure> {
    let removed = if systemd {
        let activation = systemd::remove(root, &systemd::unit_dir()?)?;
        if let Some(activation) = &activation {
            let hint = "a timer that is still active stops at the next login";
            warn_if_not_activated(activation, "reach systemd, but the unit files are removed", hint);
        }
        activation.is_some()
    } else {
        crontab::remove(root)?
    };
    let mut line = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(line, "{} for {}", if removed { "removed the schedule" } else { "no schedule installed" }, path_text(root));
    out(&line)?;
    Ok(Exit::Done)
}

/// Warns if systemd could not be reached. Not a failure: the unit files are in the requested state.
fn warn_if_not_activated(activation: &Activation, what: &str, hint: &str) {
    if let Activation::FilesOnly { reason } = activation {
        print_message("could not ", &format!("{what}: {reason}"), Some(hint));
    }
}
