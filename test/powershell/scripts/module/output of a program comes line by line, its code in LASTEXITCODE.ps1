$lines = @(Invoke-HcsContainer -Remove sh, -c, 'echo one; echo two; exit 7')
Assert-Equal $lines @('one', 'two')
Assert-Equal $LASTEXITCODE 7
