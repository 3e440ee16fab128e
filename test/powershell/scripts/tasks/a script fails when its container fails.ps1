$file = Join-Path ([System.IO.Path]::GetTempPath()) "$(New-TestId).ps1"
# PowerShell as a tool of .NET is run by dotnet.
$pwsh, $dll = (Get-Process -Id $PID).Path, "$PSHOME/pwsh.dll"
$start = if ((Split-Path $pwsh -LeafBase) -eq 'dotnet') { $dll, '-NoProfile', '-NonInteractive', '-File', $file } else { '-NoProfile', '-NonInteractive', '-File', $file }
$head = "`$ErrorActionPreference = 'Stop'; `$PSNativeCommandUseErrorActionPreference = `$true; Import-Module '$((Get-Module HostCompute).Path)'"
foreach ($line in 'hcs run --rm -- sh -c "exit 3"', "Invoke-HcsContainer -Remove sh, -c, 'exit 3'", "Invoke-HcsContainer -Remove sh, -c, 'exit 3'; if (`$LASTEXITCODE) { exit `$LASTEXITCODE }") {
    Set-Content $file "$head`n$(if ($line -match 'exit \$') { '$PSNativeCommandUseErrorActionPreference = $false' })`n$line`n'went on'"
    $said = & $pwsh @start 2>$null
    Assert-True ($LASTEXITCODE -in 1, 3) $line
    Assert-True ($said -notcontains 'went on') $line
}
Set-Content $file "$head`nhcs run --rm -- sh -c 'exit 0'`nInvoke-HcsContainer -Remove sh, -c, 'exit 0'`n'went on'"
Assert-Equal (& $pwsh @start) 'went on'
Assert-Equal $LASTEXITCODE 0
Remove-Item $file
