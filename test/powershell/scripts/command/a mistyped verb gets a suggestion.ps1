$document = hcs strat x --json 2>$null | ConvertFrom-Json
Assert-Match $document.error.message 'did you mean "start"'
Assert-Equal $LASTEXITCODE 2
