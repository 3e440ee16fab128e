# Runs each script in a runspace of its own, and prints `passed NAME` or `failed NAME: why`, last `N passed, N failed`.
param([Parameter(Mandatory = $true)] [string] $Folder, [Parameter(Mandatory = $true)] [string] $Module)

$failed = 0
$scripts = @(Get-ChildItem -Path $Folder -Filter *.ps1 -Recurse | Sort-Object FullName)
foreach ($script in $scripts) {
    $name = [System.IO.Path]::GetRelativePath($Folder, $script.FullName) -replace '\\', '/' -replace '\.ps1$', ''
    $shell = [powershell]::Create()
    $why = $null
    try {
        $null = $shell.AddScript("`$ErrorActionPreference = 'Stop'; Set-StrictMode -Version 3; Import-Module '$Module'; Import-Module '$PSScriptRoot/Assert.psm1'").Invoke()
        $shell.Commands.Clear()
        $running = $shell.AddCommand($script.FullName).BeginInvoke()
        if ($running.AsyncWaitHandle.WaitOne(60000)) {
            $null = $shell.EndInvoke($running)
            if ($shell.Streams.Error.Count -gt 0) { $why = "$($shell.Streams.Error[0]) $($shell.Streams.Error[0].InvocationInfo.PositionMessage)" }
        } else {
            $why = 'did not end within 60 s'
            $null = $shell.BeginStop($null, $null)
        }
    } catch {
        $inner = $_.Exception.InnerException
        $record = if ($inner -is [System.Management.Automation.RuntimeException]) { $inner.ErrorRecord } else { $_ }
        $why = "$($record.Exception.Message) [$($record.FullyQualifiedErrorId)] $($record.InvocationInfo.PositionMessage)"
    }
    if ($null -eq $why) {
        "passed $name"
    } else {
        $failed++
        "failed ${name}: $($why -replace '\s+', ' ')"
    }
}
"$($scripts.Count - $failed) passed, $failed failed"
exit [int]($failed -gt 0)
