//! A headless chromium that tests drive through its DevTools pipe. Every wait has an end.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// The longest wait for anything: a busy machine starts a browser in half a minute.
const PATIENCE: Duration = Duration::from_secs(120);

/// Passes the pipes as file descriptors 3 and 4, where the browser expects them.
const SHELL: &str = r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null"#;

const FLAGS: &[&str] = &[
    "--headless=new",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
];

/// Notes calls that only a script of an article would make.
const WATCH: &str =
    "window.ran = []; for (const name of ['alert', 'confirm', 'prompt', 'print']) window[name] = () => window.ran.push(name);";

/// A browser with one page.
pub struct Browser {
    process: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    session: Option<String>,
    sent: u64,
    /// Dialogues that the page opened.
    pub dialogues: usize,
    _profile: tempfile::TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Browser {
    pub fn start() -> Self {
        let profile = tempfile::Builder::new().prefix("gleaner-test-browser-").tempdir().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", SHELL, "chromium"]).args(FLAGS).arg(format!("--user-data-dir={}", profile.path().to_str().unwrap()));
        command.arg("about:blank").env("HOME", profile.path()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().unwrap();
        let (input, output) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let pieces = BufReader::new(output).split(0).map_while(Result::ok);
            pieces.filter_map(|piece| serde_json::from_slice(&piece).ok()).try_for_each(|message| sender.send(message))
        });
        let mut browser = Self { process, input, messages, session: None, sent: 0, dialogues: 0, _profile: profile };
        let target = browser.call("Target.createTarget", json!({ "url": "about:blank" }));
        let attached = browser.call("Target.attachToTarget", json!({ "targetId": target["targetId"], "flatten": true }));
        browser.session = attached["sessionId"].as_str().map(str::to_owned);
        for method in ["Page.enable", "Runtime.enable"] {
            browser.call(method, json!({}));
        }
        browser.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH }));
        browser
    }

    /// Sends a command and gives its result.
    pub fn call(&mut self, method: &str, params: Value) -> Value {
        self.try_call(method, params).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// Sends a command and gives its result, or what the browser says of its failure.
    fn try_call(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        self.sent += 1;
        let mut message = json!({ "id": self.sent, "method": method, "params": params });
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        self.input.write_all(format!("{message}\0").as_bytes()).unwrap();
        loop {
            let mut reply = self.messages.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("{method}: {error}"));
            if reply["id"] == self.sent {
                return if reply.get("error").is_some() { Err(reply) } else { Ok(reply["result"].take()) };
            }
            self.note(&reply);
        }
    }

    fn note(&mut self, event: &Value) {
        self.dialogues += usize::from(event["method"] == "Page.javascriptDialogOpening");
    }

    /// The value of an expression.
    pub fn eval(&mut self, expression: &str) -> Value {
        self.try_eval(expression).unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    fn try_eval(&mut self, expression: &str) -> Result<Value, Value> {
        let params = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let mut reply = self.try_call("Runtime.evaluate", params)?;
        assert!(reply.get("exceptionDetails").is_none(), "{expression}: {reply}");
        Ok(reply["result"]["value"].take())
    }

    /// Waits until an expression is true. A page that is left meanwhile says nothing: the next one is asked.
    pub fn wait_for(&mut self, expression: &str) {
        let end = Instant::now() + PATIENCE;
        let guarded = format!("(() => {{ try {{ return !!({expression}) }} catch {{ return false }} }})()");
        while !self.try_eval(&guarded).is_ok_and(|value| value == true) {
            assert!(Instant::now() < end, "never true: {expression}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Opens a page and waits until it is loaded.
    pub fn open(&mut self, url: &str) {
        self.eval("window.isOld = true");
        let opened = self.call("Page.navigate", json!({ "url": url }));
        assert!(opened.get("errorText").is_none(), "{url}: {opened}");
        self.wait_for("!window.isOld && document.readyState === 'complete'");
    }

    /// Presses a key: its name, and the text that it writes, if it does.
    pub fn press(&mut self, key: &str) {
        let code = match key {
            "Enter" => 13,
            "Tab" => 9,
            "Escape" => 27,
            " " => 32,
            _ => 0,
        };
        let text = match key {
            "Enter" => "\r",
            "Tab" | "Escape" => "",
            letter => letter,
        };
        let event = |kind: &str| json!({ "type": kind, "key": key, "text": if kind == "keyDown" { text } else { "" }, "windowsVirtualKeyCode": code });
        self.call("Input.dispatchKeyEvent", event("keyDown"));
        self.call("Input.dispatchKeyEvent", event("keyUp"));
    }

    pub fn write(&mut self, text: &str) {
        self.call("Input.insertText", json!({ "text": text }));
    }

    /// Presses Tab until the element with this text has the focus.
    pub fn tab_to(&mut self, text: &str) {
        for _ in 0..80 {
            if self.eval("document.activeElement.textContent.trim()") == text {
                return;
            }
            self.press("Tab");
        }
        panic!("the keyboard does not reach {text}");
    }

    /// Presses Tab until the element with this id has the focus.
    pub fn tab_to_id(&mut self, id: &str) {
        for _ in 0..80 {
            if self.eval("document.activeElement.id") == id {
                return;
            }
            self.press("Tab");
        }
        panic!("the keyboard does not reach #{id}");
    }
}
