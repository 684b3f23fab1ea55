//! The routes for people: a table where the terminal is wide, else a few lines for each method.

use std::fmt::Write as _;

use super::grid::{self, Cell, Line, Paragraph};
use super::words;
use crate::report::escape::escape;
use crate::report::text::{BOLD, GREEN, LINE, count};
use crate::report::{Style, wrap};
use crate::routes::{Api, Backend, GatewayResponse, Integration, Method, Response, Routes, Sent};

/// Characters from which on a table is easier to read.
const TABLE: usize = 110;
/// What stands before a body that is in one column with headers.
const BODY: &str = "body: ";
/// Blanks before what belongs to a path.
const INDENT: usize = 2;

/// Widest column of methods beside other columns, and of statuses: longer texts there have conditions.
const MAX_METHOD: usize = 12;
const MAX_STATUS: usize = 10;
/// How columns share a narrow room: headers need more than patterns do.
const WEIGHTS: [usize; 3] = [2, 2, 4];
/// The same in the table.
const TABLE_WEIGHTS: [usize; HEADS.len()] = [2, 2, 2, 2, 2, 3, 2];

/// The columns of the table; headers and body become one where the terminal has no room for both.
const HEADS: [&str; 7] = ["METHOD", "AUTHORIZATION", "INTEGRATION", "SELECTION", "STATUS", "HEADERS", "BODY"];
/// How many of them describe the method; the others are a response.
const OF_METHOD: usize = 3;

/// The routes of one input.
pub(in crate::report) fn input(routes: &Routes, name: &str, style: &Style) -> String {
    // Never broken, so that it can be copied.
    let mut out = format!("{}\n\n", style.paint(LINE, &escape(name)));
    for api in &routes.apis {
        out.push_str(&rest_api(api, style));
    }
    if routes.apis.is_empty() {
        line(Paragraph::plain("no REST API and no method of AWS::ApiGateway is in here"), style, &mut out);
    }
    for text in &routes.notes {
        note(text, style, &mut out);
    }
    if !routes.apis.is_empty() {
        line(total(routes), style, &mut out);
    }
    out
}

/// A line of its own, and an empty one.
fn line(text: Paragraph, style: &Style, out: &mut String) {
    print(&grid::row(&[vec![text]], &[style.width], style), 0, out);
    out.push('\n');
}

fn note(text: &str, style: &Style, out: &mut String) {
    let _ = writeln!(out, "{}: {}\n", style.paint(GREEN, "note"), wrap(text, style.width.saturating_sub(6)));
}

fn total(routes: &Routes) -> Paragraph {
    let methods: usize = routes.apis.iter().map(|api| api.methods.len()).sum();
    let paths: usize = routes.apis.iter().map(|api| by_path(&api.methods).count()).sum();
    let shown = format!("{} on {}; cfn-igr check", count(methods, "method"), count(paths, "path"));
    match words::counts(&routes.findings) {
        None => Paragraph::plain(format!("{shown} finds nothing")),
        found => Paragraph::plain(shown).and(" explains ", found),
    }
}

fn rest_api(api: &Api, style: &Style) -> String {
    let mut out = String::new();
    line(Paragraph::painted(title(api), BOLD), style, &mut out);
    for text in &api.notes {
        note(text, style, &mut out);
    }
    if style.width < TABLE {
        narrow(api, style, &mut out);
    } else if !api.methods.is_empty() {
        wide(api, style, &mut out);
    }
    if !api.gateway_responses.is_empty() {
        gateway_responses(&api.gateway_responses, style, &mut out);
    }
    out
}

fn title(api: &Api) -> String {
    let mut title = match (&api.logical_id, &api.reference) {
        (Some(id), _) => format!("REST API {}", words::shown(id)),
        (None, Some(reference)) => format!("REST API elsewhere: {}", words::shown(reference)),
        (None, None) => "REST API elsewhere".to_owned(),
    };
    let name = words::value(&api.name);
    if !name.is_empty() {
        let _ = write!(title, " \"{name}\"");
    }
    for kind in &api.endpoint_types {
        let _ = write!(title, " {}", words::possibility(kind, true));
    }
    if let Some(when) = &api.when {
        let _ = write!(title, " when {}", words::shown(when));
    }
    title
}

/// Methods of one path after the other. Paths that only look alike because they are not known stay together, too.
fn by_path(methods: &[Method]) -> impl Iterator<Item = &[Method]> {
    methods.chunk_by(|one, next| one.path == next.path)
}

fn path(methods: &[Method], style: &Style, out: &mut String) {
    let path = methods.first().map_or("", |method| &method.path);
    print(&grid::row(&[vec![Paragraph::painted(words::shown(path), BOLD)]], &[style.width], style), 0, out);
}

fn print(lines: &[Line], indent: usize, out: &mut String) {
    out.extend(lines.iter().map(|line| line.indented(indent)));
}

/// Method and integration, below them who may call, below that what clients get.
fn narrow(api: &Api, style: &Style, out: &mut String) {
    let cells: Vec<_> = api.methods.iter().map(words::method).collect();
    let method = grid::natural(cells.iter()).min(MAX_METHOD);
    let indent = INDENT + method + grid::GAP;
    let room = style.width.saturating_sub(indent);
    for methods in by_path(&api.methods) {
        path(methods, style, out);
        for of in methods {
            print(&grid::row(&[words::method(of), summary(of)], &[method, room], style), INDENT, out);
            // Several stand under their conditions.
            let more = if of.integrations.len() > 1 { INDENT } else { 0 };
            for integration in &of.integrations {
                if more > 0 {
                    print(&grid::row(&[words::integration(integration)], &[room], style), indent, out);
                }
                print(&responses(integration, room.saturating_sub(more), style), indent + more, out);
            }
        }
        out.push('\n');
    }
}

/// What a method calls and who may call it.
fn summary(of: &Method) -> Cell {
    let mut cell = match of.integrations.as_slice() {
        [only] => words::integration(only),
        [] => vec![Paragraph::plain("no integration")],
        [..] => Vec::new(),
    };
    let mut facts = vec![words::shown(&of.logical_id)];
    facts.extend(words::authorization(&of.authorization));
    facts.extend(of.when.as_ref().map(|when| format!("when {}", words::shown(when))));
    cell.push(Paragraph::plain(facts.join(", ")).and(", ", words::counts(&of.findings)));
    cell
}

/// The responses of an integration in columns: for what, with which status, with what.
fn responses(of: &Integration, room: usize, style: &Style) -> Vec<Line> {
    let rows: Vec<[Cell; 3]> = of.responses.iter().map(|response| row_of(response, of)).collect();
    let widths = widths(&rows, room);
    let mut lines: Vec<Line> = rows.iter().flat_map(|row| grid::row(row, &widths, style)).collect();
    if let Some(words) = words::no_responses(of) {
        lines.extend(grid::row(&[vec![Paragraph::plain(words)]], &[room], style));
    }
    lines
}

fn row_of(response: &Response, of: &Integration) -> [Cell; 3] {
    [words::selection(response), words::status(&response.sent.status, "?"), content(&response.sent, without_template(of))]
}

/// What clients get where no template makes the body.
fn without_template(of: &Integration) -> &'static str {
    match of.backend {
        Backend::Mock => "no template",
        Backend::Lambda | Backend::Service | Backend::Http | Backend::Unknown => "passthrough",
    }
}

/// Headers, and below them the body.
fn content(sent: &Sent, without: &str) -> Cell {
    let mut cell = words::headers(sent);
    cell.extend(words::body(sent, without).into_iter().map(|body| body.behind(BODY)));
    cell
}

/// How wide the columns of responses are in a room.
fn widths(rows: &[[Cell; 3]], room: usize) -> Vec<usize> {
    let column = |at: usize| rows.iter().filter_map(move |row| row.get(at));
    let natural = |at: usize| grid::natural(column(at));
    let fitted = grid::fitted(&[natural(0), natural(1).min(MAX_STATUS), natural(2)], &WEIGHTS, room);
    fitted.into_iter().enumerate().map(|(at, width)| grid::wrapped(column(at), width)).collect()
}

/// A row of the table: a method with an integration, and its responses beside it.
struct TableRow {
    method: [Cell; OF_METHOD],
    responses: Vec<[Cell; 4]>,
    /// What stands in the place of responses.
    words: Option<&'static str>,
}

/// The table: columns are equally wide for the whole API.
fn wide(api: &Api, style: &Style, out: &mut String) {
    let mut paths: Vec<(&[Method], Vec<TableRow>)> =
        by_path(&api.methods).map(|methods| (methods, methods.iter().flat_map(table_rows).collect())).collect();
    let room = style.width.saturating_sub(INDENT);
    let mut heads = HEADS.map(|head| vec![Paragraph::painted(head, LINE)]);
    if grid::total(&wanted(&heads, &paths, room)) > room {
        join_bodies(&mut heads, &mut paths);
    }
    let widths = table_widths(&heads, &paths, room);
    let (left, right) = widths.split_at(OF_METHOD.min(widths.len()));
    print(&grid::row(&heads, &widths, style), INDENT, out);
    for (methods, rows) in &paths {
        path(methods, style, out);
        for row in rows {
            let mut answers: Vec<Line> =
                row.responses.iter().flat_map(|response| grid::row(response, right, style)).collect();
            if let Some(words) = row.words {
                answers.extend(grid::row(&[vec![Paragraph::plain(words)]], &[grid::total(right)], style));
            }
            print(&grid::beside(grid::row(&row.method, left, style), grid::total(left), answers), INDENT, out);
        }
    }
    out.push('\n');
}

/// How wide the columns of the table would like to be.
fn wanted(heads: &[Cell; HEADS.len()], paths: &[(&[Method], Vec<TableRow>)], room: usize) -> Vec<usize> {
    let most = [room / 6, room / 6, room / 4, room / 5, MAX_STATUS, room, room];
    most.iter().enumerate().map(|(at, most)| grid::natural(column(at, heads, paths)).min(*most)).collect()
}

/// How wide they are.
fn table_widths(heads: &[Cell; HEADS.len()], paths: &[(&[Method], Vec<TableRow>)], room: usize) -> Vec<usize> {
    let fitted = grid::fitted(&wanted(heads, paths, room), &TABLE_WEIGHTS, room).into_iter().enumerate();
    fitted.map(|(at, width)| grid::wrapped(column(at, heads, paths), width)).collect()
}

/// All cells of a column.
fn column<'c>(
    at: usize,
    heads: &'c [Cell; HEADS.len()],
    paths: &'c [(&[Method], Vec<TableRow>)],
) -> impl Iterator<Item = &'c Cell> {
    let rows = || paths.iter().flat_map(|(_, rows)| rows);
    let of_responses = rows().flat_map(|row| &row.responses).filter_map(move |row| row.get(at.checked_sub(OF_METHOD)?));
    let of_methods = rows().filter_map(move |row| row.method.get(at));
    heads.get(at).into_iter().chain(of_methods).chain(of_responses)
}

/// Puts bodies below headers, as there is no room beside them.
fn join_bodies(heads: &mut [Cell; HEADS.len()], paths: &mut [(&[Method], Vec<TableRow>)]) {
    let [.., headers, body] = heads;
    *headers = vec![Paragraph::painted("HEADERS AND BODY", LINE)];
    body.clear();
    for [_, _, headers, body] in paths.iter_mut().flat_map(|(_, rows)| rows).flat_map(|row| &mut row.responses) {
        headers.extend(body.drain(..).map(|body| body.behind(BODY)));
    }
}

fn table_rows(of: &Method) -> Vec<TableRow> {
    let mut method = words::method(of);
    method.extend(words::resource(&of.logical_id, of.when.as_ref(), &of.findings));
    let authorization: Cell = words::authorization(&of.authorization).into_iter().map(Paragraph::plain).collect();
    if of.integrations.is_empty() {
        let method = [method, authorization, vec![Paragraph::plain("no integration")]];
        return vec![TableRow { method, responses: Vec::new(), words: None }];
    }
    let mut named = Some((method, authorization));
    let row = |integration: &Integration| {
        let (method, authorization) = named.take().unwrap_or_default();
        let responses = integration.responses.iter().map(|response| {
            let Response { sent, .. } = response;
            let body = words::body(sent, without_template(integration));
            [words::selection(response), words::status(&sent.status, "?"), words::headers(sent), body]
        });
        TableRow {
            method: [method, authorization, words::integration(integration)],
            responses: responses.collect(),
            words: words::no_responses(integration),
        }
    };
    of.integrations.iter().map(row).collect()
}

/// What API Gateway answers by itself.
fn gateway_responses(of: &[GatewayResponse], style: &Style, out: &mut String) {
    let _ = writeln!(out, "{}", style.paint(BOLD, "Gateway responses"));
    let row = |response: &GatewayResponse| {
        let sent = &response.sent;
        [words::gateway(response), words::status(&sent.status, "built-in"), content(sent, "built-in")]
    };
    let rows: Vec<[Cell; 3]> = of.iter().map(row).collect();
    let room = style.width.saturating_sub(INDENT);
    let widths = widths(&rows, room);
    for row in &rows {
        print(&grid::row(row, &widths, style), INDENT, out);
    }
    out.push('\n');
}
