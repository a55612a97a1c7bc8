//! A web that changes: sites on loopback addresses whose stories are published, edited, moved and deleted, and whose server has bad days.

use std::collections::BTreeMap;
use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::random::Random;
use crate::request::request_path;

/// Stories that a feed holds.
const FEED_ITEMS: usize = 15;

/// Requests of a story that go wrong before it is served: fewer than the attempts that gleaner makes.
const MOST_FAILURES: usize = 2;

/// How the server answers a request for a story.
#[derive(Clone, Copy, Debug)]
enum Trouble {
    Busy,
    Cut,
    Reset,
    Slow,
}

const TROUBLES: [Trouble; 4] = [Trouble::Busy, Trouble::Cut, Trouble::Reset, Trouble::Slow];

#[derive(Debug)]
struct Story {
    edition: usize,
    is_moved: bool,
    is_deleted: bool,
    /// What goes wrong, and at how many more requests.
    trouble: Option<(Trouble, usize)>,
}

type Stories = Arc<Mutex<BTreeMap<usize, Story>>>;

/// One site.
struct Site {
    url: String,
    number: usize,
    stories: Stories,
}

/// All sites.
pub struct Web {
    sites: Vec<Site>,
}

impl Web {
    /// Opens sites, each on an address of its own, which serve until the process ends.
    pub fn open(sites: usize) -> Self {
        Self { sites: (0..sites).map(Site::open).collect() }
    }

    /// The feed and the sitemap of each site, as kind and URL.
    pub fn sources(&self) -> impl Iterator<Item = (&'static str, String)> {
        self.sites
            .iter()
            .flat_map(|site| [("feed", format!("{}/feed.xml", site.url)), ("sitemap", format!("{}/sitemap.xml", site.url))])
    }

    /// Publishes, edits and moves a few stories.
    pub fn publish(&self, random: &mut Random) {
        for site in &self.sites {
            let mut stories = site.stories.lock().unwrap();
            for _ in 0..random.below(4) {
                let trouble =
                    (random.below(3) == 0).then(|| (TROUBLES[random.below(TROUBLES.len())], 1 + random.below(MOST_FAILURES)));
                let number = stories.len();
                stories.insert(number, Story { edition: 1, is_moved: false, is_deleted: false, trouble });
            }
            if !stories.is_empty() {
                let chosen = random.below(stories.len());
                let story = stories.get_mut(&chosen).unwrap();
                if random.below(4) == 0 { story.is_moved = true } else { story.edition += 1 }
            }
        }
    }

    /// Deletes a story now and then.
    pub fn delete(&self, random: &mut Random) {
        for site in &self.sites {
            let mut stories = site.stories.lock().unwrap();
            if random.below(12) == 0 && !stories.is_empty() {
                let chosen = random.below(stories.len());
                stories.get_mut(&chosen).unwrap().is_deleted = true;
            }
        }
    }

    /// From now on every request is answered.
    pub fn stop_failing(&self) {
        for site in &self.sites {
            site.stories.lock().unwrap().values_mut().for_each(|story| story.trouble = None);
        }
    }

    /// What is in the text of every story that can be fetched, and in that of no other.
    pub fn available(&self) -> impl Iterator<Item = String> {
        self.sites.iter().flat_map(|site| {
            let stories = site.stories.lock().unwrap();
            let there: Vec<usize> = stories.iter().filter(|(_, story)| !story.is_deleted).map(|(number, _)| *number).collect();
            there.into_iter().map(|number| marker(site.number, number))
        })
    }
}

fn marker(site: usize, story: usize) -> String {
    format!("district {site}-{story} met")
}

impl Site {
    fn open(number: usize) -> Self {
        let listener = TcpListener::bind((format!("127.0.1.{}", number + 1).as_str(), 0)).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let stories = Stories::default();
        let (name, shared) = (url.clone(), Arc::clone(&stories));
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let (name, stories) = (name.clone(), Arc::clone(&shared));
                // A client that was killed is not an error of the site.
                std::thread::spawn(move || serve(connection, number, &name, &stories).ok());
            }
        });
        Self { url, number, stories }
    }
}

/// What is sent for a request.
enum Answer {
    Body(&'static str, String),
    Moved(String),
    Status(&'static str),
    Cut(String),
    Reset,
}

fn serve(mut connection: TcpStream, site: usize, name: &str, stories: &Stories) -> std::io::Result<()> {
    let mut reader = BufReader::new(connection.try_clone()?);
    while let Some(path) = request_path(&mut reader)? {
        match answer(&path, site, name, stories) {
            Answer::Body(kind, body) => {
                write!(connection, "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}", body.len())?;
            }
            Answer::Moved(to) => {
                write!(connection, "HTTP/1.1 301 Moved Permanently\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n")?;
            }
            Answer::Status(status) => write!(connection, "HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n")?,
            Answer::Cut(body) => {
                let (half, length) = (&body[..body.len() / 2], body.len());
                return write!(
                    connection,
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\n\r\n{half}"
                );
            }
            Answer::Reset => return Ok(()),
        }
    }
    Ok(())
}

fn answer(path: &str, site: usize, name: &str, stories: &Stories) -> Answer {
    let mut stories = stories.lock().unwrap();
    let there = || stories.iter().filter(|(_, story)| !story.is_deleted).map(|(number, _)| *number);
    match path {
        "/feed.xml" => {
            let items: String =
                there().rev().take(FEED_ITEMS).map(|n| format!("<item><link>{name}/story/{n}</link></item>")).collect();
            Answer::Body("application/rss+xml", format!("<rss version=\"2.0\"><channel>{items}</channel></rss>"))
        }
        "/sitemap.xml" => {
            let urls: String = there().map(|n| format!("<url><loc>{name}/story/{n}</loc></url>")).collect();
            Answer::Body("application/xml", format!("<urlset>{urls}</urlset>"))
        }
        _ => {
            let number = path.rsplit('/').next().and_then(|number| number.parse::<usize>().ok());
            let Some((number, story)) = number.and_then(|number| Some((number, stories.get_mut(&number)?))) else {
                return Answer::Status("404 Not Found");
            };
            story_answer(path, number, story, site, name)
        }
    }
}

fn story_answer(path: &str, number: usize, story: &mut Story, site: usize, name: &str) -> Answer {
    if story.is_deleted {
        return Answer::Status("410 Gone");
    }
    let body = page(site, number, story.edition);
    if let Some((trouble, left)) = story.trouble.filter(|(_, left)| *left > 0) {
        story.trouble = Some((trouble, left - 1));
        match trouble {
            Trouble::Busy => return Answer::Status("503 Service Unavailable"),
            Trouble::Cut => return Answer::Cut(body),
            Trouble::Reset => return Answer::Reset,
            Trouble::Slow => std::thread::sleep(Duration::from_millis(200)),
        }
    }
    if story.is_moved && path.starts_with("/story/") {
        return Answer::Moved(format!("{name}/archive/{number}"));
    }
    Answer::Body("text/html; charset=utf-8", body)
}

/// A story as a page. No two stories share a paragraph.
pub fn page(site: usize, number: usize, edition: usize) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><title>Council meeting {site}-{number}</title></head><body>\
         <nav><a href=\"/\">Home</a> <a href=\"/news\">News</a></nav><article><h1>Council meeting {site}-{number}</h1>\n\
         <p>The council of {} on Tuesday evening and talked for {} hours about the bridge that has been closed since spring.</p>\n\
         <p>Its repair would cost {} thousand crowns, the engineer of ward {site}-{number} said, and nobody could tell where the money might come from.</p>\n\
         <p>The {} residents of {site}-{number} who had signed left before midnight, and the mayor promised to write to all of them in reading {edition}.</p>\n\
         </article><footer>All rights reserved.</footer></body></html>\n",
        marker(site, number),
        number % 5 + 2,
        number * 7 + edition,
        number * 3 + site,
    )
}
