$null = hcs run --rm -- no-such-program 2>$null
Assert-Equal $LASTEXITCODE 127
$document = hcs run --rm --json -- no-such-program 2>$null | ConvertFrom-Json
Assert-Equal $document.error.code 'processCannotStart'
