extension AlertPage {
  /// All of the page's looks, light and dark as the reader's system has it, on a telephone too.
  static let style = """

    :root { --ink: #1d2327; --soft: #59666e; --paper: #fbfaf7; --card: #ffffff; --line: #e3e0d8; --code: #f3f1ea;
      --link: #0b5c8a; --critical: #a32020; --warning: #7a4a00; --info: #0b5c8a; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e3e6e4; --soft: #9aa5a8; --paper: #14181a; --card: #1b2124;
      --line: #2e373b; --code: #232b2f; --link: #7cc4ee; --critical: #f29090; --warning: #f0b36b; --info: #7cc4ee; } }
    * { box-sizing: border-box; }
    body { margin: 0 auto; max-width: 52rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
      font: 16px/1.55 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
    h1 { margin: 0 0 1rem; font-size: 1.9rem; line-height: 1.2; letter-spacing: -.02em; }
    h2 { margin: 2rem 0 .5rem; font-size: 1.05rem; }
    h3, h4, h5, h6 { margin: 1.4rem 0 .4rem; font-size: 1rem; }
    .standing { margin: 0 0 .3rem; color: var(--soft); font-weight: 600; }
    .critical { color: var(--critical); } .warning { color: var(--warning); } .info { color: var(--info); }
    a { color: var(--link); }
    code, pre { font-family: ui-monospace, "DejaVu Sans Mono", "Cascadia Mono", Menlo, monospace; font-size: .88em; }
    code { background: var(--code); border-radius: 4px; padding: .08em .3em; }
    pre { background: var(--code); border-radius: 6px; padding: .8rem 1rem; overflow-x: auto; user-select: all; }
    pre code { background: none; padding: 0; font-size: inherit; }
    table { border-collapse: collapse; width: 100%; font-size: .93rem; margin: .5rem 0 1rem; }
    tr + tr { border-top: 1px solid var(--line); }
    th, td { text-align: left; vertical-align: top; padding: .35rem .8rem .35rem 0; font-weight: 400; }
    th { color: var(--soft); min-width: 9rem; }
    article { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 0 1.4rem 1rem;
      margin-top: 2rem; }
    article h2 { margin-top: 1.2rem; }
    blockquote { margin: 1rem 0; padding-left: 1rem; border-left: 3px solid var(--line); color: var(--soft); }
    footer { margin-top: 2rem; color: var(--soft); font-size: .85rem; }

    """
}
