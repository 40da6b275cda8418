/** The one style sheet of the page; no script, no font, no image from elsewhere. Light and dark follow the system. */

export const STYLE_SHEET = `
:root {
  color-scheme: light dark;
  --bg: #f6f7f9; --panel: #ffffff; --line: #e3e6ec; --text: #1c2333; --muted: #667085; --link: #4b3fd1;
  --accent: #5b4ee5; --accent-soft: #eeecfd; --code: #f0f2f6; --row: #f9fafc;
  --critical: #a3123a; --critical-bg: #fde7ed; --high: #b3430f; --high-bg: #fdeadf;
  --medium: #8a5d00; --medium-bg: #fdf2d3; --low: #1d5fae; --low-bg: #e4effc; --info: #4c5a70; --info-bg: #eaedf2;
  --open: #a3123a; --under_review: #8a5d00; --archived: #23744a; --error: #a3123a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #12151c; --panel: #1a1f29; --line: #2c3340; --text: #e6e9f0; --muted: #97a1b3; --link: #a79dff;
    --accent: #8579ff; --accent-soft: #282546; --code: #232936; --row: #1e2430;
    --critical: #ff8fa8; --critical-bg: #47182a; --high: #ffab85; --high-bg: #45240f;
    --medium: #f2c967; --medium-bg: #3d3010; --low: #8fc2ff; --low-bg: #15304f; --info: #b4bfd0; --info-bg: #2a313e;
    --open: #ff8fa8; --under_review: #f2c967; --archived: #77d3a1; --error: #ff8fa8;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--bg); color: var(--text);
  font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.muted { color: var(--muted); }
.mono, code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 12.5px; }
code { background: var(--code); border-radius: 4px; padding: 1px 5px; }
pre { background: var(--code); border-radius: 8px; padding: 12px; overflow-x: auto; margin: 8px 0; }
pre code { background: none; padding: 0; }
details pre { max-height: 480px; overflow: auto; }
.bar {
  display: flex; align-items: center; gap: 14px; padding: 12px 24px; background: var(--panel);
  border-bottom: 1px solid var(--line);
}
.bar .brand { font-weight: 700; letter-spacing: -0.01em; color: var(--text); }
.bar .brand::before {
  content: ""; display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 9px;
  background: var(--accent);
}
.bar .right { margin-left: auto; }
.page { display: grid; grid-template-columns: 216px minmax(0, 1fr); gap: 24px; padding: 20px 24px 48px; max-width: 1480px; margin: 0 auto; }
.page.single { display: block; max-width: 1160px; }
h1 { font-size: 20px; line-height: 1.3; margin: 0; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 12px; text-transform: uppercase; letter-spacing: 0.06em; color: var(--muted); margin: 0 0 10px; }
h4 { margin: 14px 0 4px; }
.search { display: flex; gap: 8px; margin: 0 0 6px; }
.search input[type="search"] {
  flex: 1; min-width: 0; padding: 9px 12px; border: 1px solid var(--line); border-radius: 8px; background: var(--panel);
  color: var(--text); font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
}
.sign-in { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin: 12px 0; }
.sign-in label { flex-basis: 100%; font-weight: 600; }
.sign-in input { flex: 1; min-width: 0; cursor: text; }
.search select, .search button, .sign-in input, .sign-in button {
  padding: 9px 14px; border-radius: 8px; border: 1px solid var(--line); background: var(--panel); color: var(--text);
  font: inherit; cursor: pointer;
}
.search button, .sign-in button { background: var(--accent); border-color: var(--accent); color: #fff; font-weight: 600; }
@media (prefers-color-scheme: dark) { .search button, .sign-in button { color: #12151c; } }
.hint { margin: 0 0 14px; font-size: 12.5px; color: var(--muted); }
.problem { border: 1px solid var(--error); border-radius: 8px; padding: 12px 14px; margin: 0 0 14px; background: var(--panel); }
.problem strong { color: var(--error); }
.problem pre { margin: 8px 0; }
.problem .caret { color: var(--error); font-weight: 700; }
.facet { margin: 0 0 20px; }
.facet ul { list-style: none; margin: 0; padding: 0; }
.facet a { display: flex; gap: 8px; padding: 4px 8px; border-radius: 6px; color: var(--text); }
.facet a:hover { background: var(--accent-soft); text-decoration: none; }
.facet a[aria-current="true"] { background: var(--accent-soft); font-weight: 600; }
.facet .label { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.facet .count { margin-left: auto; color: var(--muted); font-variant-numeric: tabular-nums; }
.dot { flex: none; width: 8px; height: 8px; border-radius: 50%; margin-top: 7px; background: var(--muted); }
.dot.critical { background: var(--critical); } .dot.high { background: var(--high); } .dot.medium { background: var(--medium); }
.dot.low { background: var(--low); } .dot.info { background: var(--info); }
.panel { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
th {
  text-align: left; font-size: 11.5px; font-weight: 600; color: var(--muted); text-transform: uppercase; letter-spacing: 0.05em;
  padding: 10px 14px; border-bottom: 1px solid var(--line); white-space: nowrap;
}
td { padding: 11px 14px; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
tbody tr:hover { background: var(--row); }
td .muted { font-size: 12.5px; }
td.title { min-width: 260px; overflow-wrap: anywhere; }
td.title a { font-weight: 600; color: var(--text); }
td.nowrap { white-space: nowrap; }
td .chips { min-width: 130px; }
.pill {
  display: inline-block; padding: 2px 9px; border-radius: 999px; font-size: 12px; font-weight: 650; white-space: nowrap;
  text-transform: capitalize;
}
.pill.critical { color: var(--critical); background: var(--critical-bg); } .pill.high { color: var(--high); background: var(--high-bg); }
.pill.medium { color: var(--medium); background: var(--medium-bg); } .pill.low { color: var(--low); background: var(--low-bg); }
.pill.info { color: var(--info); background: var(--info-bg); }
.state { display: inline-flex; align-items: center; gap: 7px; white-space: nowrap; }
.state::before { content: ""; width: 8px; height: 8px; border-radius: 50%; border: 2px solid var(--open); }
.state.under_review::before { border-color: var(--under_review); background: var(--under_review); }
.state.archived::before { border-color: var(--archived); background: var(--archived); }
.chips { display: flex; flex-wrap: wrap; gap: 5px; }
.chip { background: var(--code); border-radius: 5px; padding: 1px 7px; font: 12px ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere; color: var(--text); }
.chip.attacker { background: var(--critical-bg); color: var(--critical); } .chip.victim { background: var(--low-bg); color: var(--low); }
.pager { display: flex; align-items: center; gap: 14px; padding: 12px 14px; border-top: 1px solid var(--line); color: var(--muted); }
.pager .next { margin-left: auto; font-weight: 600; }
.empty { padding: 56px 20px; text-align: center; color: var(--muted); }
.empty strong { display: block; color: var(--text); font-size: 15px; margin-bottom: 4px; }
.head { display: flex; gap: 14px; align-items: flex-start; margin: 4px 0 4px; }
.head .pill { margin-top: 3px; }
.meta { display: flex; flex-wrap: wrap; gap: 6px 22px; margin: 0 0 18px; color: var(--muted); }
.meta b { color: var(--text); font-weight: 600; }
.detail { display: grid; grid-template-columns: minmax(0, 1.7fr) minmax(0, 1fr); gap: 18px; align-items: start; }
.detail section { padding: 16px 18px; margin-bottom: 18px; overflow-wrap: anywhere; }
.detail section > :last-child { margin-bottom: 0; }
.detail p { margin: 0 0 10px; } .detail ol, .detail ul { margin: 0 0 10px; padding-left: 22px; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 5px 16px; margin: 0; }
dt { color: var(--muted); } dd { margin: 0; overflow-wrap: anywhere; }
.timeline { list-style: none; margin: 0; padding: 0 !important; }
.timeline li { position: relative; padding: 0 0 14px 18px; border-left: 2px solid var(--line); margin-left: 4px; }
.timeline li:last-child { padding-bottom: 0; border-left-color: transparent; }
.timeline li::before { content: ""; position: absolute; left: -6px; top: 6px; width: 10px; height: 10px; border-radius: 50%; background: var(--accent); border: 2px solid var(--panel); }
.timeline .when { color: var(--muted); font-size: 12.5px; }
.timeline blockquote { margin: 6px 0 0; padding: 6px 10px; background: var(--code); border-radius: 6px; white-space: pre-wrap; }
details summary { cursor: pointer; padding: 4px 0; }
.notice { max-width: 560px; margin: 12vh auto; padding: 28px 32px; }
.notice h1 { margin-bottom: 10px; }
.notice code, .hint code { white-space: nowrap; }
@media (max-width: 900px) {
  .page, .detail { grid-template-columns: minmax(0, 1fr); }
  .page > main { order: -1; }
  .facets { display: grid; grid-template-columns: repeat(auto-fill, minmax(160px, 1fr)); gap: 0 18px; }
  .facet { min-width: 0; }
  .bar { flex-wrap: wrap; gap: 0 14px; }
  .bar, .page { padding-left: 14px; padding-right: 14px; }
  .search { flex-wrap: wrap; } .search input[type="search"] { flex-basis: 100%; }
}
`;
