$warnings = $null
$seen = [pscustomobject]@{ n = 1 }, [pscustomobject]@{ n = 2 } | Invoke-HcsContainer -Remove -Command cat -WarningVariable warnings -WarningAction SilentlyContinue
Assert-Equal @($seen) @('@{n=1}', '@{n=2}')
Assert-Equal $warnings.Count 1
Assert-Match "$($warnings[0])" 'ConvertTo-Json'
$null = @{ n = 1 } | Invoke-HcsContainer -Remove -Command cat -WarningVariable warnings -WarningAction SilentlyContinue
Assert-Equal $warnings.Count 1
# What has a text of its own gets none: lines of a log, numbers, files.
$id = Start-TestContainer
$null = Invoke-HcsContainer -Detach -Id "$id-2" -Command sh, -c, 'echo text'
$null = Wait-HcsContainer "$id-2"
Assert-Equal @(Get-HcsLog "$id-2" | Invoke-HcsContainer -Remove -Command cat -WarningVariable warnings) @('text')
Assert-Equal $warnings.Count 0
$null = 1, 'a', (Get-Item .), $null | Invoke-HcsContainer -Remove -Command cat -WarningVariable warnings
Assert-Equal $warnings.Count 0
Assert-Equal @(Invoke-HcsContainer -Remove -Command cat -InputText 'a', 'b') @('a', 'b')
$null = [pscustomobject]@{ n = 1 } | Invoke-HcsCommand -Id $id -Command cat -WarningVariable warnings -WarningAction SilentlyContinue
Assert-Equal $warnings.Count 1
$id, "$id-2" | Remove-TestContainer
