/** What every page loads. Each part looks for its own marks and does nothing where there are none. */
