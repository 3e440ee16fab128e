$failure = Assert-Fails { Invoke-HcsContainer -Remove -MaxTime 0.5 sleep, 60 -ErrorAction Stop } 'timeout,Invoke-HcsContainer'
Assert-Equal ([string] $failure.CategoryInfo.Category) 'OperationTimeout'
Assert-Match "$failure" '-MaxTime'
$failures = $null
$result = Invoke-HcsContainer -Remove -Capture -MaxTime 2 -Command sh, -c, 'echo early; exec sleep 60' -ErrorAction SilentlyContinue -ErrorVariable failures
Assert-Equal $result.TimedOut $true
Assert-Equal $result.Stdout "early`n"
Assert-Equal ($result.ExitCode -ne 124) $true 'the code is the program''s'
Assert-Equal @($failures | ForEach-Object { $_.FullyQualifiedErrorId }) @('timeout,Invoke-HcsContainer')
Assert-Equal $LASTEXITCODE 124
$result = Invoke-HcsContainer -Remove -Capture -MaxTime 60 -Command sh, -c, 'exit 3'
Assert-Equal $result.TimedOut $false
Assert-Equal $result.ExitCode 3
