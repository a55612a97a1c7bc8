//! `gleaner queue`: what is still to be fetched and what was given up; tried again or dropped.

use gleaner::queue::{self, FILE_NAME, QueueEntry, QueueFilter, UrlState};
use gleaner::store::Lock;

use super::{Context, clock};
use crate::args::{Queue, QueueCommand, Report, Which};
use crate::exit::{Exit, Failure};
use crate::print::{self, human};

/// Lists, shows, retries or drops.
pub fn queue(context: &Context, args: Queue) -> Result<Exit, Failure> {
    match args.command {
        QueueCommand::List { which, limit, report } => list(context, which, limit, report),
        QueueCommand::Show { name, report } => show(context, &name, report),
        QueueCommand::Retry(which) => {
            let count = change(context, which, |queue, filter| Ok(queue.retry(filter, clock()?.now())?))?;
            print::out(&format!("{} will be asked for again\n", human::plural(count, "page")))?;
            Ok(Exit::Done)
        }
        QueueCommand::Drop(which) => {
            let count = change(context, which, |queue, filter| Ok(queue.forget(filter)?))?;
            print::out(&format!("{} forgotten\n", human::plural(count, "page")))?;
            Ok(Exit::Done)
        }
    }
}

fn filter(which: Which) -> QueueFilter {
    QueueFilter { states: which.state, host: which.host, source: which.source, names: which.names }
}

fn list(context: &Context, which: Which, limit: u64, report: Report) -> Result<Exit, Failure> {
    let Some(queue) = queue::Queue::open_to_read(&context.load()?.layout().state.join(FILE_NAME))? else {
        return print::out("the queue is empty\n").map(|()| Exit::Done);
    };
    let (mut told, mut more) = (0, false);
    let mut failed = None;
    queue.for_each(&filter(which), &mut |entry| {
        more = told >= limit;
        told += 1;
        if !more {
            let done = if report.json { print::json::line(&entry) } else { print::out(&human::entry(&entry)) };
            failed = done.err();
        }
        !more && failed.is_none()
    })?;
    if let Some(failure) = failed {
        return Err(failure);
    }
    if !report.json {
        let more = if more { format!("only the first {}: see --limit\n", human::plural(limit, "page")) } else { String::new() };
        print::out(&format!("{more}{}", human::queue(&queue.counts()?)))?;
    }
    Ok(Exit::Done)
}

fn show(context: &Context, name: &str, report: Report) -> Result<Exit, Failure> {
    let wrong = || Failure::usage(format!("find {name} in the queue"), "`gleaner queue list` shows addresses and numbers");
    let queue = queue::Queue::open_to_read(&context.load()?.layout().state.join(FILE_NAME))?.ok_or_else(wrong)?;
    let meant = QueueFilter { states: UrlState::ALL.to_vec(), names: vec![name.to_owned()], ..QueueFilter::default() };
    let mut found: Option<QueueEntry> = None;
    queue.for_each(&meant, &mut |entry| {
        found = Some(entry);
        false
    })?;
    let entry = found.ok_or_else(wrong)?;
    if report.json {
        print::json::print(&entry)?
    } else {
        print::out(&human::whole_letter(&entry))?
    }
    Ok(Exit::Done)
}

/// Changes the queue under the corpus's lock. What is not narrowed down is not changed: too much would be lost by a slip.
fn change(
    context: &Context,
    which: Which,
    work: impl FnOnce(&mut queue::Queue, &QueueFilter) -> Result<u64, Failure>,
) -> Result<u64, Failure> {
    let filter = filter(which);
    if filter == QueueFilter::default() {
        return Err(Failure::usage("change the whole queue", "name pages, or narrow it down with --state, --host or --source"));
    }
    let layout = context.load()?.layout();
    let path = layout.state.join(FILE_NAME);
    if !path.is_file() {
        return Ok(0);
    }
    let _lock = Lock::take(&layout)?;
    let mut queue = queue::Queue::open(&path, clock()?.now())?;
    work(&mut queue, &filter)
}
