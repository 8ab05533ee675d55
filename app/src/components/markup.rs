//! HTML as text, for what a page has by the hundred. A view of the framework costs an object and some calls into the
//! browser for every node of it; a text is written once and read by the browser's own parser in one go.

/// HTML in the making. Names of tags and attributes are the program's own; whatever comes from outside is a value or
/// a text, and both are escaped here.
#[derive(Debug, Default)]
pub struct Markup {
    html: String,
    open: Vec<&'static str>,
    /// The last tag may still get attributes.
    in_tag: bool,
}

/// Have no content and no end tag.
const VOID: [&str; 2] = ["img", "input"];

impl Markup {
    /// Begins an element.
    pub fn open(&mut self, tag: &'static str) -> &mut Self {
        self.end_tag();
        self.html.push('<');
        self.html.push_str(tag);
        self.open.push(tag);
        self.in_tag = true;
        self
    }

    /// An attribute of the element that was just begun.
    pub fn attr(&mut self, name: &'static str, value: &str) -> &mut Self {
        self.html.push(' ');
        self.html.push_str(name);
        self.html.push_str("=\"");
        self.escaped(value);
        self.html.push('"');
        self
    }

    /// Text within the open element.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.end_tag();
        self.escaped(text);
        self
    }

    /// Ends the element that was begun last.
    pub fn close(&mut self) -> &mut Self {
        self.end_tag();
        if let Some(tag) = self.open.pop().filter(|tag| !VOID.contains(tag)) {
            self.html.push_str("</");
            self.html.push_str(tag);
            self.html.push('>');
        }
        self
    }

    /// What has been written, whole: elements that are still open are ended.
    #[must_use]
    pub fn into_html(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.html
    }

    fn end_tag(&mut self) {
        if self.in_tag {
            self.html.push('>');
            self.in_tag = false;
        }
    }

    /// The four characters that mean something in a text or between double quotes.
    fn escaped(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.find(['&', '<', '>', '"']) {
            let (before, from) = rest.split_at(at);
            self.html.push_str(before);
            self.html.push_str(match from.as_bytes()[0] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                _ => "&quot;",
            });
            rest = &from[1..];
        }
        self.html.push_str(rest);
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn elements_end_in_their_order_also_when_they_are_forgotten() {
        let mut html = Markup::default();
        html.open("p").attr("class", "what").open("b").text("A-1").close().text(" gold");
        html.open("input").attr("name", "id").close().open("img").close().open("i");
        assert_eq!(html.into_html(), r#"<p class="what"><b>A-1</b> gold<input name="id"><img><i></i></p>"#);
    }

    #[test]
    fn nothing_from_outside_becomes_a_tag_or_an_attribute() {
        let mut html = Markup::default();
        html.open("a").attr("title", r#"" onclick="x" <'&"#).text("</a><script>&amp;");
        let expected =
            r#"<a title="&quot; onclick=&quot;x&quot; &lt;'&amp;">&lt;/a&gt;&lt;script&gt;&amp;amp;</a>"#;
        assert_eq!(html.into_html(), expected);
    }
}
