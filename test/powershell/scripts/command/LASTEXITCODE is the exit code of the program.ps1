hcs run --rm -- sh -c 'exit 42'
Assert-Equal $LASTEXITCODE 42
