function Get-HcsContainer {
    <#
    .SYNOPSIS
    Containers of this home; with -Id also its program, its execs and why it failed.
    .PARAMETER Id
    Ids of containers; wildcards are looked for in the list. Takes them from the pipeline, also by property name.
    .PARAMETER All
    Also the compute systems that others created.
    .PARAMETER Label
    Only those that have all these labels: texts such as team=build, or team for any value, or a table.
    .PARAMETER Timeout
    Bound of each HCS operation.
    .EXAMPLE
    Get-HcsContainer

    All containers of this home: id, status, exit code. Objects have more members than the table shows: pipe them to Format-List *.
    .EXAMPLE
    Get-HcsContainer web-* | Where-Object Status -eq running | Stop-HcsContainer

    Stops those that run, of all whose id begins with web-.
    .EXAMPLE
    Get-HcsContainer | Where-Object Exit -gt 0

    Containers whose program has failed; Exit is ExitCode, which those that run do not have: -ne 0 would take them, too. Status failed is
    another thing: there the container itself could not be made.
    .EXAMPLE
    (Get-HcsContainer web).Labels['team']

    Labels are a table.
    .EXAMPLE
    Get-HcsContainer | Where-Object Status -eq running | Where-Object StartedAt -lt (Get-Date).AddMinutes(-30) | Stop-HcsContainer

    Stops what has been running for more than half an hour. Times are of this time zone, as those of Get-Date and Get-Process.
    .EXAMPLE
    Get-HcsContainer | Select-Object Id, Status, ExitCode, StartedAt, Duration

    How long each took, or has been running.
    .EXAMPLE
    (Get-HcsContainer web).Program.CommandLine

    What it was made to run; Program has its working directory (Cwd), user and the names of its environment, too. Values are not told.
    .EXAMPLE
    Get-HcsContainer -Label team=build | Stop-HcsContainer

    Stops all that have a label.
    .OUTPUTS
    HostCompute.Container
    #>
    [CmdletBinding()]
    [OutputType('HostCompute.Container')]
    param(
        [Parameter(Position = 0, ValueFromPipeline = $true, ValueFromPipelineByPropertyName = $true)]
        [Alias('Name')] [string[]] $Id,
        [switch] $All,
        [object[]] $Label,
        [ValidateScript({ Test-HcsDuration -Value $_ })] [object] $Timeout
    )
    process {
        $names = @($Id | Where-Object { $_ })
        $plain = @($names | Where-Object { -not (Test-HcsWildcard -Text $_) })
        Invoke-HcsEach -Caller $PSCmdlet -Line 'state' -Id $plain -Timeout $Timeout | Where-Object { Test-HcsLabel -Item $_ -Label $Label } |
            ForEach-Object { ConvertTo-HcsObject -Value $_ -TypeName 'Container' }
        $patterns = @($names | Where-Object { Test-HcsWildcard -Text $_ })
        if ($names.Count -gt 0 -and $patterns.Count -eq 0) { return }
        $verb = @('list')
        if ($All) { $verb += '--all' }
        $document = Invoke-Hcs -Argument $verb -Timeout $Timeout -Caller $PSCmdlet
        if ($null -eq $document) { return }
        foreach ($warning in $document.warnings) { Write-Warning -Message $warning }
        foreach ($item in $document.items) {
            if ($patterns.Count -gt 0 -and @($patterns | Where-Object { $item.id -like $_ }).Count -eq 0) { continue }
            if (-not (Test-HcsLabel -Item $item -Label $Label)) { continue }
            ConvertTo-HcsObject -Value $item -TypeName 'Container'
        }
    }
}
