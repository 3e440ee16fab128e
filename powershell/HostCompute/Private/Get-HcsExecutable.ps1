function Get-HcsExecutable {
    <#
    .SYNOPSIS
    Which program to start, and the arguments that come before all others.
    .DESCRIPTION
    $env:HCS_EXE (a program, or the script hcs.cjs), else the command beside this module (in its package or checkout), else hcs on the
    PATH. An ErrorRecord when there is none. Never a script shim (.cmd, .ps1): those change arguments and swallow --. A .cjs is run with node.
    #>
    [OutputType([hashtable], [System.Management.Automation.ErrorRecord])]
    param()

    $isWindows = [System.IO.Path]::DirectorySeparatorChar -eq '\'
    $package = [System.IO.Path]::GetFullPath([System.IO.Path]::Combine($PSScriptRoot, '..', '..', '..'))
    $beside = @(
        [System.IO.Path]::Combine($package, 'dist', 'native', 'win32-x64', 'hcs.exe'),
        [System.IO.Path]::Combine($package, 'dist', 'bin', 'hcs.cjs')
    )
    if (-not $isWindows) { $beside = @($beside[1]) }
    $candidates = @()
    if ($env:HCS_EXE) { $candidates += $env:HCS_EXE } else { $candidates += $beside }
    foreach ($candidate in $candidates) {
        if (-not [System.IO.File]::Exists($candidate)) { continue }
        if ($candidate -notmatch '\.c?js$') { return @{ Program = $candidate; Before = @() } }
        $node = Get-Command -Name node -CommandType Application -ErrorAction Ignore | Select-Object -First 1
        # node takes an --env-file after its script for its own, unless -- comes before.
        if ($null -ne $node) { return @{ Program = $node.Source; Before = @('--', $candidate) } }
    }
    if (-not $env:HCS_EXE) {
        foreach ($found in @(Get-Command -Name hcs -CommandType Application -All -ErrorAction Ignore)) {
            if ($found.Source -notmatch '\.(cmd|bat|ps1)$') { return @{ Program = $found.Source; Before = @() } }
        }
    }
    $message = 'the command hcs is not to be found'
    if ($env:HCS_EXE) { $message = "HCS_EXE names no program: $($env:HCS_EXE)" }
    New-HcsErrorRecord -Code 'unavailable' -Message $message -Hint 'install hostcompute, or let HCS_EXE name hcs.exe or hcs.cjs'
}
