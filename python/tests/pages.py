"""Pages that the tests share, written by hand."""

from __future__ import annotations

from typing import Any

STORY = (
    "The old mill at the river burnt down in the night to Monday. Nobody was hurt, the fire brigade said.",
    "The fire broke out in the loft, where grain was stored until the mill closed four years ago.",
    "The council wanted to turn the building into a library; what becomes of the plan is open.",
)

URL = "https://news.example/2024/05/mill-burns-down"


def page(title: str = "Mill burns down", paragraphs: tuple[str, ...] = STORY) -> str:
    """A story with a menu, a notice of a newsletter and a footer around it."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<!doctype html><html lang='en'><head><title>{title}</title><meta name='author' content='Ada Field'>"
        "<meta property='article:published_time' content='2024-05-06T08:00:00Z'></head><body>"
        "<nav><ul><li><a href='/'>Home</a></li><li><a href='/sport'>Sport</a></li></ul></nav>"
        f"<article><h1>{title}</h1>{text}</article>"
        "<div class='newsletter'><p>Sign up for our newsletter and get the best stories by e-mail.</p></div>"
        "<footer><p>© 2024 The Example. All rights reserved.</p></footer></body></html>"
    )


def dump() -> str:
    """The same story as a text that was copied from a page."""
    return "\n".join(["Home", "Sport", "Mill burns down", "", *STORY, "", "Sign up for our newsletter", "Back to top"])


def table(count: int = 60) -> Any:
    """A table of pyarrow with pages, of which each tenth has no text, and a column that is none of gleaner's."""
    import pyarrow as pa

    html = ["" if number % 10 == 9 else page(f"Story {number}") for number in range(count)]
    return pa.table({"id": range(count), "html": html, "url": [f"{URL}-{number}" for number in range(count)], "crawl": ["May"] * count})


def by_id(articles: Any) -> Any:
    """A table in one piece and in the order of its ids."""
    return articles.sort_by("id").combine_chunks()


def rich_page() -> str:
    """The same story with a link, an image, a list, a table, a quotation and emphasis, and comments of readers below it."""
    story = (
        f"<p>{STORY[0].replace('fire brigade', '<a href=/brigade>fire brigade</a>').replace('old mill', '<b>old</b> mill')}</p>"
        "<p><img src='/mill.jpg' alt='The mill' width=600 height=400></p>"
        f"<h2>The loft</h2><p>{STORY[1]}</p>"
        "<ul><li>The library was to have two floors.</li><li>The mill has three floors and a loft.</li></ul>"
        "<blockquote><p>We wanted a library, and we still do, the mayor said on Monday.</p></blockquote>"
        "<table><tr><th>Year</th><th>Grain stored</th></tr><tr><td>1990</td><td>200 tons of grain</td></tr></table>"
        f"<p>{STORY[2]}</p>"
    )
    comments = (
        "<section class='comments'><h3>Comments</h3><div class='comment'><span class='comment-author'>Bob</span>"
        "<p class='comment-text'>This is a great loss to the town and to all of us here.</p></div></section>"
    )
    bare = page(paragraphs=())
    return bare.replace("</article>", f"{story}</article>{comments}")
