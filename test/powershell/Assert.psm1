# What scripts under test check with. A failed check throws, and so fails the script.
Set-StrictMode -Version 3

function Assert-Equal {
    param($Actual, $Expected, [string] $About = '')
    $shown = @($Actual, $Expected | ForEach-Object { if ($null -eq $_) { '(null)' } else { ConvertTo-Json -InputObject $_ -Depth 5 -Compress } })
    if ($shown[0] -cne $shown[1]) { throw "${About}: got $($shown[0]), expected $($shown[1])" }
}

function Assert-True {
    param($Value, [string] $About = 'the claim')
    if (-not $Value) { throw "$About does not hold" }
}

function Assert-Match {
    param([string] $Text, [string] $Pattern)
    if ($Text -cnotmatch $Pattern) { throw "'$Text' does not match '$Pattern'" }
}

# Runs the block, which must fail, and returns its ErrorRecord.
function Assert-Fails {
    param([scriptblock] $Block, [string] $Id = '')
    try {
        $null = & $Block
    } catch {
        if ($Id -and $_.FullyQualifiedErrorId -notlike "$Id*") { throw "failed with $($_.FullyQualifiedErrorId), expected ${Id}: $_" }
        return $_
    }
    throw 'did not fail'
}

# What Tab offers at the end of a line. Until PowerShell#27398 an empty text of a completer, which says "nothing, and no files either", is
# an exception here, which PSReadLine swallows.
function Get-Offered {
    param([string] $Line)
    try {
        (TabExpansion2 $Line $Line.Length).CompletionMatches
    } catch {
        if ("$_" -notmatch 'argument "completionText"') { throw }
    }
}

function New-TestId {
    'ps-' + [guid]::NewGuid().ToString('n').Substring(0, 10)
}

# A container whose program runs until it is stopped.
function Start-TestContainer {
    param([string] $Id = (New-TestId), [hashtable] $Label = @{})
    $null = Invoke-HcsContainer -Detach -Id $Id -Label $Label -Command sleep, 600
    $Id
}

function Remove-TestContainer {
    param([Parameter(ValueFromPipeline = $true)] [string] $Id)
    process { Remove-HcsContainer -Id $Id -Force -Confirm:$false }
}

# A spec of the shape that HCS needs, whose layers are folders that exist.
function New-TestSpec {
    param([string[]] $Command)
    $base = [System.IO.Path]::GetTempPath()
    @{
        root = @{ path = '\\?\Volume{66d1ef4c-7a00-11e6-8948-00155ddbef9d}\' }
        process = @{ args = $Command; cwd = '/' }
        windows = @{ layerFolders = @($base, $base) }
    }
}
