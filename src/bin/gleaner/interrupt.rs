//! Ctrl-C: the first ends a run after what is under way, the second ends the program at once. Other signals keep their usual effect, but SIGTERM also
//! ends a server in order.

use gleaner::engine::stop::StopRequest;

use crate::exit::{Exit, print_message};
use crate::print::terminal;

/// Watches for Ctrl-C from now on. `rest` says what becomes of what the run does not do.
pub fn watch(stop: StopRequest, rest: &'static str) {
    let watch = move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(async {
            if tokio::signal::ctrl_c().await.is_err() {
                return;
            }
            stop.stop();
            terminal::start_line();
            let message = format!("interrupted; what is under way is finished and stored, and {rest}");
            print_message("", &message, Some("press Ctrl-C again to stop at once; the corpus stays intact then too"));
            if tokio::signal::ctrl_c().await.is_ok() {
                std::process::exit(Exit::Interrupted as i32);
            }
        });
    };
    // Without the thread, Ctrl-C ends the program at once, which loses nothing either.
    let _ = std::thread::Builder::new().name("interrupt".to_owned()).spawn(watch);
}

/// Done once a server is asked to end: by Ctrl-C, or by SIGTERM as service managers send it.
pub async fn asked_to_end() {
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated() => {}
    }
}

#[cfg(unix)]
async fn terminated() {
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        // Then SIGTERM ends the program at once, which loses nothing either.
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}
