//! `gleaner queue`: lists, inspects, requeues or removes the URLs in the queue.

use gleaner::queue::{self, FILE_NAME, QueueEntry, QueueFilter, UrlCounts, UrlState};
use gleaner::store::Lock;

use super::context::{Context, clock};
use crate::args::{QueueArgs, QueueCommand, QueueFilterArgs, ReportArgs};
use crate::exit::{Exit, Failure};
use crate::print::{self, human};

/// Runs the subcommand.
pub fn queue(context: &Context, args: QueueArgs) -> Result<Exit, Failure> {
    match args.command {
        QueueCommand::List { filter, limit, report } => list(context, filter, limit, report),
        QueueCommand::Show { name, report } => show(context, &name, report),
        QueueCommand::Retry { filter, report } => {
            let (count, left) = change(context, "retry", filter, |queue, filter| Ok(queue.retry(filter, clock()?.now())?))?;
            let waiting = if left > 0 { format!("; {} waiting already", human::plural(left, "URL")) } else { String::new() };
            let text = format!("{} requeued for the next run{waiting}\n", human::plural(count, "URL"));
            context.message(report, &serde_json::json!({"requeued": count, "waiting": left}), &text)
        }
        QueueCommand::Drop { filter, report } => {
            let (count, _) = change(context, "drop", filter, |queue, filter| Ok(queue.forget(filter)?))?;
            let text = format!("{} removed from the queue\n", human::plural(count, "URL"));
            context.message(report, &serde_json::json!({"removed": count}), &text)
        }
    }
}

fn to_filter(args: QueueFilterArgs) -> QueueFilter {
    QueueFilter { states: args.state, host: args.host, source: args.source, names: args.names }
}

fn list(context: &Context, filter: QueueFilterArgs, limit: u64, report: ReportArgs) -> Result<Exit, Failure> {
    let Some(queue) = queue::Queue::open_to_read(&context.corpus()?.layout().state.join(FILE_NAME))? else {
        context.note(&human::queue_counts(&UrlCounts::new()));
        return Ok(Exit::Done);
    };
    let (mut printed, mut has_more) = (0, false);
    let mut failure = None;
    queue.for_each(&to_filter(filter), &mut |entry| {
        has_more = printed >= limit;
        printed += 1;
        if !has_more {
            let result = if report.json { print::json::line(&entry) } else { print::out(&human::queue_entry(&entry)) };
            failure = result.err();
        }
        !has_more && failure.is_none()
    })?;
    if let Some(failure) = failure {
        return Err(failure);
    }
    if !report.json {
        let note =
            if has_more { format!("only the first {} shown; see --limit\n", human::plural(limit, "URL")) } else { String::new() };
        context.note(&format!("{note}{}", human::queue_counts(&queue.counts()?)));
    }
    Ok(Exit::Done)
}

fn show(context: &Context, name: &str, report: ReportArgs) -> Result<Exit, Failure> {
    let not_found = || Failure::usage(format!("find {name} in the queue"), "`gleaner queue list` shows URLs and their numbers");
    let queue = queue::Queue::open_to_read(&context.corpus()?.layout().state.join(FILE_NAME))?.ok_or_else(not_found)?;
    let filter = QueueFilter { states: UrlState::ALL.to_vec(), names: vec![name.to_owned()], ..QueueFilter::default() };
    let mut found: Option<QueueEntry> = None;
    queue.for_each(&filter, &mut |entry| {
        found = Some(entry);
        false
    })?;
    let entry = found.ok_or_else(not_found)?;
    if report.json {
        print::json::print(&entry)?
    } else {
        print::out(&human::queue_entry_details(&entry))?
    }
    Ok(Exit::Done)
}

/// Changes the queue under the corpus lock. Gives the number of URLs that were changed, and of those selected that were not. Refuses to run
/// without a filter, so that a slip cannot change the whole queue, and with a name that the queue does not have.
fn change(
    context: &Context,
    action: &str,
    filter: QueueFilterArgs,
    change: impl FnOnce(&mut queue::Queue, &QueueFilter) -> Result<u64, Failure>,
) -> Result<(u64, u64), Failure> {
    let filter = to_filter(filter);
    if filter == QueueFilter::default() {
        return Err(Failure::usage(
            "change the queue: no URLs selected",
            "name URLs, or select them with `--state`, `--host` or `--source`",
        ));
    }
    let layout = context.corpus()?.layout();
    let path = layout.state.join(FILE_NAME);
    let unknown = |name: &str| {
        let hint = "`gleaner queue list` shows URLs and their numbers; `gleaner ingest URL` fetches a URL at once";
        Failure::usage(format!("{action} {name}: it is not in the queue"), hint)
    };
    if !path.is_file() {
        return filter.names.first().map_or(Ok((0, 0)), |name| Err(unknown(name)));
    }
    let _lock = Lock::take(&layout)?;
    let mut queue = queue::Queue::open(&path, clock()?.now())?;
    for name in &filter.names {
        let named = QueueFilter { names: vec![name.clone()], ..QueueFilter::default() };
        if count(&queue, &named)? == 0 {
            return Err(unknown(name));
        }
    }
    let selected = count(&queue, &filter)?;
    let changed = change(&mut queue, &filter)?;
    Ok((changed, selected.saturating_sub(changed)))
}

fn count(queue: &queue::Queue, filter: &QueueFilter) -> Result<u64, Failure> {
    let mut count = 0;
    queue.for_each(filter, &mut |_| {
        count += 1;
        true
    })?;
    Ok(count)
}
