extension DocumentationPage {
  /// All of the page's looks, light and dark as the reader's system has it.
  static let style = """

    :root { --ink: #1d2327; --soft: #59666e; --paper: #fbfaf7; --card: #ffffff; --line: #e3e0d8; --code: #f3f1ea;
      --link: #0b5c8a; --get: #14693b; --post: #7a3e00; --good: #14693b; --bad: #a32020; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e3e6e4; --soft: #9aa5a8; --paper: #14181a; --card: #1b2124;
      --line: #2e373b; --code: #232b2f; --link: #7cc4ee; --get: #7fd3a0; --post: #f0b36b; --good: #7fd3a0;
      --bad: #f29090; } }
    * { box-sizing: border-box; }
    html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
    body { margin: 0 auto; max-width: 78rem; padding: 0 1.5rem 4rem; background: var(--paper); color: var(--ink);
      font: 16px/1.55 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; display: grid;
      grid-template-columns: 17rem minmax(0, 1fr); column-gap: 3rem; }
    header { grid-column: 1 / -1; padding: 2.5rem 0 1.5rem; border-bottom: 1px solid var(--line);
      margin-bottom: 1.5rem; }
    header p { max-width: 46rem; margin: .5rem 0; color: var(--soft); }
    h1 { margin: 0 0 1rem; font-size: 2.2rem; letter-spacing: -.02em; }
    h1 small { font-size: 1rem; font-weight: 400; color: var(--soft); letter-spacing: 0; }
    h2 { margin: 2.5rem 0 1rem; font-size: 1.4rem; }
    main > section:first-child h2 { margin-top: 0; }
    h3 { margin: 0 0 .5rem; font-size: 1.05rem; }
    h4 { margin: 1.1rem 0 .3rem; font-size: .78rem; font-weight: 600; color: var(--soft); }
    a { color: var(--link); text-decoration: none; }
    a:hover { text-decoration: underline; }
    a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
    nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; padding: 0 0 2rem;
      font-size: .85rem; }
    nav h3 { margin: 1.1rem 0 .25rem; font-size: .85rem; }
    nav h3:first-child { margin-top: 0; }
    nav ul { list-style: none; margin: 0; padding: 0; }
    nav li a { display: block; padding: .12rem 0; color: inherit; white-space: nowrap; overflow: hidden;
      text-overflow: ellipsis; }
    nav b { display: inline-block; width: 2.6rem; font-size: .68rem; }
    b.get { color: var(--get); } b.post { color: var(--post); } b.good { color: var(--good); } b.bad { color: var(--bad); }
    article { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1.2rem 1.4rem;
      margin: 0 0 1rem; }
    article p { margin: .5rem 0; max-width: 46rem; }
    article:target { border-color: var(--link); }
    .path { margin: .15rem 0; }
    .path b { display: inline-block; width: 3.2rem; font-size: .8rem; }
    .path code { background: none; padding: 0; font-size: .95rem; overflow-wrap: anywhere; }
    .path i { font-style: normal; color: var(--link); }
    .who { color: var(--soft); font-size: .85rem; }
    code, pre { font-family: ui-monospace, "DejaVu Sans Mono", "Cascadia Mono", Menlo, monospace; font-size: .85em; }
    code { background: var(--code); border-radius: 4px; padding: .08em .3em; }
    pre { background: var(--code); border-radius: 6px; padding: .8rem 1rem; overflow-x: auto; font-size: .8rem;
      line-height: 1.5; }
    pre code { background: none; padding: 0; font-size: inherit; }
    table { border-collapse: collapse; width: 100%; font-size: .9rem; }
    tr + tr { border-top: 1px solid var(--line); }
    th, td { text-align: left; vertical-align: top; padding: .35rem .8rem .35rem 0; font-weight: 400;
      overflow-wrap: anywhere; }
    th { width: 14rem; }
    article table code { white-space: nowrap; }
    small { color: var(--soft); }
    ul { margin: .4rem 0; padding-left: 1.2rem; }
    @media (max-width: 60rem) { body { display: block; padding: 0 1rem 3rem; }
      nav { position: static; max-height: none; border-bottom: 1px solid var(--line); }
      th { width: 9rem; } article table code { white-space: normal; } }
    @media print { nav { display: none; } body { display: block; } article { break-inside: avoid; } }

    """
}
