Assert-Equal (hcs run --rm -- echo --json --rm) '--json --rm'
