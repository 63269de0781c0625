//! Ctrl-C: children in the terminal's group get it too; here it is only noted, so that what was
//! started (a database, a server) is stopped properly before this program ends.

use std::sync::atomic::{AtomicBool, Ordering};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Begins to note Ctrl-C and termination.
pub(crate) fn watch() {
    let noted = ctrlc::set_handler(|| {
        // The second one is for whoever does not want to wait.
        if INTERRUPTED.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    });
    if let Err(error) = noted {
        eprintln!("warning: Ctrl-C cannot be handled here: {error}");
    }
}

/// Whether the person wants to stop.
pub(crate) fn requested() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}
