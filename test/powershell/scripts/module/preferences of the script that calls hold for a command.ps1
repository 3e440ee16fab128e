# Those of the session are others: each of these is set where it is used.
function Get-Caught {
    $ErrorActionPreference = 'Stop'
    foreach ($block in { Get-HcsContainer nosuch }, { Invoke-HcsCommand nosuch hostname }, { Connect-HcsContainer nosuch }, { Wait-HcsContainer nosuch }, { Invoke-HcsContainer -Interactive cat }) {
        try { & $block; "not stopped: $block" } catch { $_.FullyQualifiedErrorId -replace ',.*' }
    }
}
function Get-Silent {
    $ErrorActionPreference = 'SilentlyContinue'
    Get-HcsContainer nosuch
    Invoke-HcsCommand nosuch hostname
    'went on'
    try { Get-HcsContainer nosuch -ErrorAction Stop } catch { 'its own -ErrorAction is stronger' }
}
function Remove-Nothing {
    param([string] $Id)
    $WhatIfPreference = $true
    Remove-HcsContainer $Id -Force
    Stop-HcsContainer $Id
    Invoke-HcsContainer touch, "/tmp/$Id"
}
function Remove-Unasked {
    param([string] $Id)
    $ConfirmPreference = 'None'
    Remove-HcsContainer $Id -Force
}
$global:ErrorActionPreference, $before = 'Continue', $global:ErrorActionPreference
try {
    Assert-Equal @(Get-Caught) @('notFound', 'notFound', 'notFound', 'notFound', 'invalidRequest')
    Assert-Equal @(Get-Silent) @('went on', 'its own -ErrorAction is stronger')
} finally {
    $global:ErrorActionPreference = $before
}
$id = Start-TestContainer
Remove-Nothing $id
Assert-Equal (Get-HcsContainer $id).Status 'running'
Assert-True (-not (Test-Path "/tmp/$id"))
Remove-Unasked $id
$null = Assert-Fails { Get-HcsContainer $id } 'notFound'
